# behaviour 15
# Timeouts, resources and doc comments invalidate nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
sed -i 's|^  out = "upper.txt"|  timeout = 5min\n  cpu = 1\n  memory = 64MiB\n&|; s|^build|/// In capitals.\nbuild|' p.pipe
pipec 0 build p --format json
expect_executed
