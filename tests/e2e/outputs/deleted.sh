# behaviour 30
# An output that was deleted by hand is restored without executing anything.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/outputs/kept.bash"

pipec 0 build p

rm .pipec/out/p/one
rm -r .pipec/out/p/tree
pipec 0 build p --format json
expect_executed
expect 'the file' a "$(cat .pipec/out/p/one)"
expect 'the folder' a "$(cat .pipec/out/p/tree/sub/a.txt)"
