# behaviour 31
# An output that was edited by hand is detected and restored.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/outputs/kept.bash"

pipec 0 build p

chmod u+w .pipec/out/p/one .pipec/out/p/tree/b.txt
echo edited >.pipec/out/p/one
echo c >.pipec/out/p/tree/b.txt
pipec 0 build p --format json
expect_executed
expect 'the file' a "$(cat .pipec/out/p/one)"
expect 'the file in the folder' b "$(cat .pipec/out/p/tree/b.txt)"
