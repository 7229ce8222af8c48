# behaviour 31
# An output that was edited by hand is detected and restored.
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
pipec 0 build p

chmod u+w .pipec/out/p/one .pipec/out/p/tree/b.txt
echo edited >.pipec/out/p/one
echo c >.pipec/out/p/tree/b.txt
pipec 0 build p --format json
expect_executed
expect 'the file' a "$(cat .pipec/out/p/one)"
expect 'the file in the folder' b "$(cat .pipec/out/p/tree/b.txt)"
