# behaviour 24
# A step that reads another step's output without depending on it fails.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build make(src: File) -> File {
  out = "made.txt"
  run ["cp", src, out]
}
build steal(src: File) -> File {
  out = "stolen.txt"
  run sh"cat ${src} made.txt > ${out} || cat /i/2/made.txt > ${out} || cat /o/made.txt > ${out}"
}
pipeline p() {
  let made   = make(file("a.txt"))
  let stolen = steal(file("b.txt"))
}
END
echo a >a.txt
echo b >b.txt
pipec 0 build p.made
pipec 1 build p -j 1
expect_seen stderr 'p\.stolen'
expect_seen stderr '`made.txt`.* output of `p\.made`'
