# A cache of two steps, and words to make it old.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cache=$XDG_CACHE_HOME/pipec
cat >p.pipe <<'END'
build first(src: File) -> File { run sh"(cat ${src}; echo first) > ${out}" }
build second(src: File) -> Dir { run sh"mkdir -p ${out}/deep && cp ${src} ${out}/deep/copy && echo said" }
pipeline p() {
  let one = first(file("a.txt"))
  let two = second(one)
  out two = two
}
END
echo a >a.txt

# age DAYS [FOLDER]: everything in the store, or in FOLDER of it, was last used so many days ago.
age() {
  find "$cache/cas/${2-blobs}" -exec touch -h -d "-$1 days" {} +
}
# blobs: how many there are.
blobs() { find "$cache/cas/blobs" -type f | wc -l; }
# blob DIGEST: its path.
blob() { printf '%s/cas/blobs/%s/%s' "$cache" "${1:7:2}" "${1:9}"; }
# digest LABEL: of the one output, in the document that was printed last.
digest() { json '.nodes[] | select(.label == $node).outputs[0].digest' --arg node "$1"; }
# forget_workspace: nobody has built here for a long time.
forget_workspaces() { find "$cache/workspaces" -type f -exec touch -d '-90 days' {} +; }
