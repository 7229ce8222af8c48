# behaviour 22
# A file that appears earlier on a search path executes the step that would have found it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build find(path: List<Dir>) -> File {
  out = "found.txt"
  run sh"for d in ${path}; do if [ -e $d/conf ]; then cat $d/conf > ${out}; break; fi; done"
}
pipeline p() {
  let found = find([dir("first"), dir("second")])
  out found = found
}
END
mkdir first second
echo second >second/conf
pipec 0 build p
expect 'what was found' second "$(cat .pipec/out/p/found)"
echo first >first/conf
pipec 0 build p --format json
expect_executed p.found
expect 'what was found' first "$(cat .pipec/out/p/found)"
