# behaviour 32
# One file missing from a directory output is restored.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/outputs/kept.bash"

pipec 0 build p

chmod -R u+w .pipec/out/p/tree
rm .pipec/out/p/tree/sub/a.txt .pipec/out/p/tree/link
pipec 0 build p --format json
expect_executed
expect 'the file' a "$(cat .pipec/out/p/tree/sub/a.txt)"
expect 'the link' b.txt "$(readlink .pipec/out/p/tree/link)"
[[ -x .pipec/out/p/tree/b.txt ]] || fail 'the execute bit is gone'
