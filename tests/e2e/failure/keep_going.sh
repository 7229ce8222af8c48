# behaviour 44
# Dependents of a failure do not run; with --keep-going everything independent does.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/failure/half_broken.bash"

pipec 1 build p --keep-going -j 1 --format json
expect_executed p.broken p.free p.last
expect 'the dependent' skipped "$(state p.after)"
