# behaviour 1
# A second run with nothing changed executes nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p --format json
expect_executed p.a p.b p.all
pipec 0 build p --format json
expect_executed
pipec 0 build p
expect_last '^pipec: 0 executed, 3 cached, 0 failed in '
