# A workspace of three steps: two files in capitals, and both joined.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build upper(src: File) -> File {
  out = "upper.txt"
  run sh"tr a-z A-Z < ${src} > ${out}"
}
build join(parts: List<File>) -> File {
  out = "all.txt"
  run sh"cat ${parts} > ${out}"
}
pipeline p() {
  let a   = upper(file("a.txt"))
  let b   = upper(file("b.txt"))
  let all = join([a, b])
  out all = all
}
END
echo one >a.txt
echo two >b.txt
