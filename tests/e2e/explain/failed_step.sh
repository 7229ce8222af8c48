# A step that failed is explained like one that succeeded: by what differs from the time before.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build copy(from: File) -> File { run ["cp", from, out] }
test unit(subject app: File) proves Tested { run sh"grep -q hello ${app}" }
pipeline p() {
  let app    = copy(file("in.txt"))
  let tested = unit(app)
}
END
echo hello >in.txt
pipec 0 build p
echo bye >in.txt
pipec 1 build p
pipec 0 why p.tested
expect_seen stdout 'p.tested \(test\): failed in execution'
expect_seen stdout 'because: the script failed with exit code 1'
expect_seen stdout '`p.app` changed: [0-9a-f]{12} → [0-9a-f]{12}$'
pipec 0 why p.tested --format json
expect 'the fields that differ' 'input[1]' "$(json '.differences[].field')"
