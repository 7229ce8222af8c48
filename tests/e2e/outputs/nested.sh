# behaviour 38
# Two outputs with one name, or one inside the other, are refused before anything runs, with both
# places.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

two_outputs() {
  cat >p.pipe <<END
build make(src: File) -> (a: Dir, b: File) {
  out a = "$1"
  out b = "$2"
  run sh"true"
}
pipeline p() { let made = make(file("a.txt")) }
END
}
echo 1 >a.txt
two_outputs same same
pipec 2 build p
expect_seen stderr '^error\[E0709\]'
two_outputs folder folder/inside
pipec 2 build p
expect_seen stderr '^error\[E0709\]'
expect_seen stderr '^ 2 \|'
expect_seen stderr '^ 3 \|'
