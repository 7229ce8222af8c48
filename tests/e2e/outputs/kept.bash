# A workspace that keeps a folder and a file in .pipec/out.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build tree_of(src: File) -> Dir {
  run sh"mkdir -p ${out}/sub && cp ${src} ${out}/sub/a.txt && echo b > ${out}/b.txt && chmod 755 ${out}/b.txt && ln -s b.txt ${out}/link"
}
build copy(src: File) -> File {
  out = "copy.txt"
  run ["cp", src, out]
}
pipeline p() {
  let tree = tree_of(file("a.txt"))
  let one  = copy(file("a.txt"))
  out tree = tree
  out one  = one
}
END
echo a >a.txt
