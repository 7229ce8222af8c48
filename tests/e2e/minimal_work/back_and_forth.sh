# behaviour 7
# Content that was built before is not built again: A, B, A.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
cp .pipec/out/p/all first
echo other >a.txt
pipec 0 build p
echo one >a.txt
pipec 0 build p --format json
expect_executed
cmp first .pipec/out/p/all || fail 'the output is not the first one'
