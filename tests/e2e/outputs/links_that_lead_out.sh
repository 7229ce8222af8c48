# behaviour 80
# A link in an output that leads out of it is kept as it is, and pipec never follows it: neither
# when it copies and restores, nor when it looks into the tree, nor when it removes the copy.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir "$work/outside"
echo mine >"$work/outside/file"
cat >p.pipe <<END
build make(src: File) -> Dir {
  run sh"mkdir \${out} && cp \${src} \${out} && ln -s $work/outside \${out}/absolute && ln -s ../../../../outside \${out}/relative"
}
pipeline p() {
  let made = make(file("a.txt"))
  out made = made
}
END
echo a >a.txt
pipec 0 build p
expect 'the absolute link' "$work/outside" "$(readlink .pipec/out/p/made/absolute)"
expect 'the relative link' ../../../../outside "$(readlink .pipec/out/p/made/relative)"
chmod -R u+w .pipec/out && rm -r .pipec/out/p/made
mkdir -p .pipec/out/p/made
ln -s "$work/outside" .pipec/out/p/made/a.txt # and one where a file belongs
pipec 0 build p --format json
expect_executed
expect 'the file' a "$(cat .pipec/out/p/made/a.txt)"
[[ ! -L .pipec/out/p/made/a.txt ]] || fail 'a link stands where a file belongs'

cat >>p.pipe <<'END'
build read(src: File) -> File { run ["cp", src, out] }
pipeline q() { let got = read(make(file("a.txt")).file("absolute/file")) }
END
pipec 1 build q
expect_seen stderr 'there is no file `absolute/file` in it'
sed -i '/out made/d' p.pipe
pipec 0 build p
[[ ! -e .pipec/out/p/made ]] || fail 'the copy is still there'
expect 'what is outside' mine "$(cat "$work/outside/file")"
