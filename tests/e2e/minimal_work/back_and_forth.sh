# behaviour 7
# Content that was built before is not built again: A, B, A.
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

pipec 0 build p
cp .pipec/out/p/all first
echo other >a.txt
pipec 0 build p
echo one >a.txt
pipec 0 build p --format json
expect_executed
cmp first .pipec/out/p/all || fail 'the output is not the first one'
