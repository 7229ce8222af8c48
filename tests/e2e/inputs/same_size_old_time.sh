# behaviour 4
# An edit of the same size, with the old time put back, is seen.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

touch -d '2020-01-02 03:04:05' a.txt
pipec 0 build p
echo two >a.txt
touch -d '2020-01-02 03:04:05' a.txt
pipec 0 build p --format json
expect_executed p.seen
expect 'the output' two "$(seen)"
