# behaviour 8
# A changed command executes its step again.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
sed -i 's/cat ${parts}/cat ${parts} ${parts}/' p.pipe
pipec 0 build p --format json
expect_executed p.all
