# behaviour 34
# What is kept of a step that is gone is deleted, with the folders that pipec made for it: of a
# clause, an element, a pipeline or a file that is no longer there.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

rules='build one(src: File) -> File { run ["cp", src, out] }
build tree_of(src: File) -> Dir { run sh"mkdir -p ${out}/a/b/empty; cp ${src} ${out}/a/b/c; ln -s c ${out}/a/b/link" }
'
# write FILE PIPELINE LET…: a module.
write() { printf '%s\n' "$rules" "pipeline $2() {" "${@:3}" '}' >"$1"; }
all=('let x = one(file("1"))' 'let t = tree_of(file("1"))' 'let l = [for f in glob("[0-9]") => one(f)]' 'out x = x' 'out t = t' 'out l = l')
kept() { (cd .pipec && find out -mindepth 1 2>/dev/null | LC_ALL=C sort | paste -sd ' '); }

touch 1 2
write p.pipe p "${all[@]}"
write q.pipe q "${all[@]}"
pipec 0 build
expect 'what is kept' 'out/p out/p/l out/p/l/0 out/p/l/1 out/p/t out/p/t/a out/p/t/a/b out/p/t/a/b/c out/p/t/a/b/empty out/p/t/a/b/link out/p/x' \
  "$(kept | sed 's| out/q.*||')"
rm 2
write p.pipe p "${all[@]:0:4}" "${all[5]}"
pipec 0 build p
expect 'what is kept of the pipeline' 'out/p out/p/l out/p/l/0 out/p/x' "$(kept | sed 's| out/q.*||')"
write p.pipe renamed "${all[@]:0:4}"
pipec 0 build p.pipe
expect 'what is kept after a new name' 'out/q out/renamed out/renamed/x' "$(kept | tr ' ' '\n' | grep -v out/q/ | paste -sd ' ')"
rm q.pipe
pipec 0 build
expect 'what is kept after a file is gone' 'out/renamed out/renamed/x' "$(kept)"
