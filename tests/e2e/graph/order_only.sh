# behaviour 65
# Waiting for a proof is an order and nothing else: what asks for `with Tested` starts when the test
# has passed, never runs again because the test does, and not at all if it fails.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build make(src: File) -> File { run ["cp", src, out] }
test judge(subject app: File, rules: File) proves Tested {
  run sh"date +%s%N > ${report}/end; cat ${app} > /dev/null; ! grep BAD ${rules}"
}
build pack(app: File with Tested) -> File { run sh"date +%s%N > ${out}; cat ${app} >> ${out}" }
pipeline p() {
  let app    = make(file("a.txt"))
  let tested = judge(app, rules = file("rules.txt"))
  let packed = pack(tested)
  out packed = packed
}
END
echo a >a.txt
echo 1 >rules.txt
pipec 0 build p --format json -j 8
expect_executed p.app p.tested p.packed
pipec 0 get p.tested --report -o "$work/report"
(($(head -n 1 .pipec/out/p/packed) > $(cat "$work/report/end"))) || fail 'what needs the proof ran before the test'
echo 2 >rules.txt
pipec 0 build p --format json
expect_executed p.tested
expect 'what waits for the proof' cached "$(state p.packed)"
echo BAD >rules.txt
for arguments in '' --keep-going; do
  pipec 1 build p --format json $arguments
  expect_executed p.tested
  expect 'what waits for the proof' skipped "$(state p.packed)"
done
echo 3 >rules.txt
pipec 0 build p --format json
expect_executed p.tested
expect 'what waits for the proof' cached "$(state p.packed)"
