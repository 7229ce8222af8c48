# behaviour 17
# A new file that matches a glob executes the step.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build join(parts: List<File>) -> File {
  out = "all.txt"
  run sh"cat ${parts} > ${out}"
}
pipeline p() {
  let all = join(glob("src/**/*.txt"))
  out all = all
}
END
mkdir -p src/deep
echo one >src/a.txt
echo two >src/deep/b.txt
pipec 0 build p

echo three >src/deep/c.txt
pipec 0 build p --format json
expect_executed p.all
expect 'the output' "$(printf 'one\ntwo\nthree')" "$(cat .pipec/out/p/all)"
