# behaviour 2
# Editing one source executes what depends on it, and nothing else.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
echo three >a.txt
pipec 0 build p --format json
expect_executed p.a p.all
expect 'the output' "$(printf 'THREE\nTWO')" "$(cat .pipec/out/p/all)"
