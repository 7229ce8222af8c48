# behaviour 45
# After a failure no new step starts, and finished work is kept.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/failure/half_broken.bash"

pipec 0 build p.free
sed -i 's/let last .*/let last = copy(free, name = "another.txt")/' p.pipe
# With one job the failing step, which has the longest way to go, comes first.
pipec 1 build p -j 1 --format json
expect_executed p.broken
expect 'the rest' skipped "$(state p.last)"
sed -i 's/; false/; cp ${src} ${out}/' p.pipe
pipec 0 build p --format json
expect_executed p.broken p.after p.last
