# behaviour 33
# A restored directory holds no extra file.
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

chmod -R u+w .pipec/out/p/tree
mkdir .pipec/out/p/tree/mine
echo x >.pipec/out/p/tree/mine/x
echo x >.pipec/out/p/tree/sub/x
pipec 0 build p
expect 'the files' "$(printf '%s\n' b.txt link sub/a.txt)" \
  "$(cd .pipec/out/p/tree && find . ! -type d | sed 's|^./||' | sort)"
[[ ! -e .pipec/out/p/tree/mine ]] || fail 'the extra folder is still there'
