# A workspace with one failing step, one that needs it, and two that do not.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build bad(src: File) -> File {
  out = "bad.txt"
  run sh"cat ${src} >&2; false"
}
build copy(src: File, name: String) -> File {
  out = name
  run ["cp", src, out]
}
pipeline p() {
  let broken = bad(file("a.txt"))
  let after  = copy(broken, name = "after.txt")
  let free   = copy(file("b.txt"), name = "free.txt")
  let last   = copy(free, name = "last.txt")
}
END
echo a >a.txt
echo b >b.txt
