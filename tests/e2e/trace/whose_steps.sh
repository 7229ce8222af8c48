# `--trace` executes the target's own builds and tests, whether they are cached or not, and serves
# what they depend on.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
source fetch(src: File) -> File { run ["cp", src, out] }
build copy(src: File) -> File { run ["cp", src, out] }
test check(subject built: File) proves Tested { run ["grep", "-q", "a", built] }
pipeline p() {
  let fetched = fetch(file("a.txt"))
  let first   = copy(fetched)
  let second  = copy(first)
  let tested  = check(second)
}
END
echo a >a.txt
pipec 0 build p
pipec 0 build p.second --trace --format json
expect_executed p.second
expect 'what is traced' '["p.second"]' "$(json -c '[.nodes[] | select(.trace).label]')"
# What was tested is the copy, and the test.
pipec 0 build p.tested --trace --format json
expect 'what is traced' '["p.second","p.tested"]' "$(json -c '[.nodes[] | select(.trace).label] | sort')"
pipec 0 build p --trace --format json
expect 'what is traced' '["p.first","p.second","p.tested"]' "$(json -c '[.nodes[] | select(.trace).label] | sort')"
pipec 0 build p --format json
expect_executed

# A source runs with the network, not again for this.
pipec 0 build p.fetched --trace
expect_seen stderr '^warning: nothing was traced'
expect 'standard output' '' "$(cat "$work/seen/stdout")"

pipec 2 build p --trace --fail-on-miss
expect_seen stderr '`--trace` executes, which `--fail-on-miss` forbids'
pipec 2 plan p --trace

# A step that fails, is traced, too: that is when one wants to know.
echo hidden >hidden.txt
cat >p.pipe <<'END'
build copy(src: File) -> File { run sh"cp ${src} ${out}; exec 2>/dev/null; read line < hidden.txt" }
pipeline p() {
  let first = copy(file("a.txt"))
}
END
pipec 1 build p.first --trace --format json
expect 'what is not declared' '["hidden.txt"]' "$(json -c '[.nodes[].trace.undeclared[].path]')"
expect 'the failure' R1004 "$(json -r '.nodes[].failure.code')"
