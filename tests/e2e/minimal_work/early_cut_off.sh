# behaviour 6
# A step that makes the same bytes again stops the change there.
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
echo ONE >a.txt # another input, the same output
pipec 0 build p --format json
expect_executed p.a
expect 'the state of the step after it' cached "$(state p.all)"
