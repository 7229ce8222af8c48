# behaviour 46
# After the fix only what failed or never ran is executed.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/failure/half_broken.bash"

pipec 1 build p --keep-going
sed -i 's/; false"/; cp ${src} ${out}"/' p.pipe
pipec 0 build p --format json
expect_executed p.broken p.after
