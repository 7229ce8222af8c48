# behaviour 14
# A second worktree, and a checkout that moved, are served what the first one made.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build upper(src: File) -> File {
  out = "upper.txt"
  run sh"tr a-z A-Z < ${src} > ${out}"
}
build join(parts: List<File>) -> File {
  out = "all.txt"
  run sh"cat ${parts} > ${out}"
}
pipeline p() {
  let a   = upper(file("a.txt"))
  let b   = upper(file("b.txt"))
  let all = join([a, b])
  out all = all
}
END
echo one >a.txt
echo two >b.txt

pipec 0 build p
mkdir -p "$work/elsewhere/deep/.pipec"
cp p.pipe a.txt b.txt "$work/elsewhere/deep"
cd "$work/elsewhere/deep"
pipec 0 build p --format json
expect_executed
mv "$work/elsewhere" "$work/moved"
cd "$work/moved/deep"
pipec 0 build p --format json
expect_executed
expect 'the output' "$(printf 'ONE\nTWO')" "$(cat .pipec/out/p/all)"
