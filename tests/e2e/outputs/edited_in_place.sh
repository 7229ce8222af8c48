# behaviour 42
# Editing a restored output in place never changes what is cached.
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

chmod u+w .pipec/out/p/one
printf 'X' | dd of=.pipec/out/p/one conv=notrunc status=none
pipec 0 get p.one -o fresh
expect 'what is cached' a "$(cat fresh)"
chmod u+w fresh && echo changed >fresh
pipec 0 get p.one -o fresh2
expect 'what is cached' a "$(cat fresh2)"
