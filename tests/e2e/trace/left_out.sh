# A file that a selection leaves out, or that is another folder's than the one that is given, is
# found by a trace and by the message of a failure.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build join(parts: Dir) -> File {
  work = parts
  run sh"cat lib/one.txt > ${out}; cat lib/deep/two.md >> ${out} || true"
}
build strict(parts: Dir) -> File { run sh"cat ${parts}/deep/two.md > ${out}" }
pipeline p() {
  let parts = dir("src").select(["**/*.txt"])
  let all   = join(tree(["lib": parts]))
  let lost  = strict(parts)
}
END
mkdir -p src/deep
echo 1 >src/one.txt
echo 2 >src/deep/two.md
pipec 0 build p.all --trace --format json
expect 'what is not declared' '["src/deep/two.md"]' "$(json -c '[.nodes[] | select(.trace).trace.undeclared[].path]')"
expect 'the edit' 'p.pipe:8: `join(tree(["lib": parts]), two = file("src/deep/two.md"))`' \
  "$(json -r '.nodes[].trace.undeclared[] | select(.path | test("two")).edits[1]')"
pipec 1 build p.lost
expect_seen stderr '^error\[R1002\].*`src/deep/two\.md`, which is in the repository but not an input of `strict`'
