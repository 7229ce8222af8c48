# behaviour 3
# A new time on the same bytes executes nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
touch -d '2001-02-03' a.txt
touch b.txt
pipec 0 build p --format json
expect_executed
