# behaviour 47
# Going back to content that passed is a hit, though the last run failed.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
test unit(src: File) { run sh"grep -q good ${src}" }
pipeline p() { let tested = unit(file("a.txt")) }
END
echo good >a.txt
pipec 0 build p
echo bad >a.txt
pipec 1 build p
echo good >a.txt
pipec 0 build p --format json
expect_executed
expect 'the state of the test' cached "$(state p.tested)"
