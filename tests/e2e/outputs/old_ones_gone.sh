# behaviour 40
# Before a step runs again its old outputs are gone, and the folders above its outputs exist.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build make(src: File) -> File {
  out = "deep/er/made.txt"
  run sh"test ! -e ${out} && test -d /o/deep/er && cp ${src} ${out}"
}
pipeline p() { let made = make(file("a.txt")) }
END
echo 1 >a.txt
pipec 0 build p
echo 2 >a.txt
pipec 0 build p --format json
expect_executed p.made
