# behaviour 77
# A step whose result was collected says so, with the time, before and after it runs.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"

pipec 0 build p
age 40
forget_workspaces
pipec 0 cache gc
pipec 0 plan p
expect_seen stdout '^would execute *p.one: its result was evicted from the cache at 20[0-9-]{8}T[0-9:]{8}Z$'
pipec 0 build p --format json
expect_executed p.one p.two
expect 'the reason' 1 "$(json '.nodes[] | select(.label == "p.one").reason' | grep -Ec '^its result was evicted from the cache at 20')"
pipec 0 why p.one
expect_seen stdout 'because: its result was evicted from the cache at 20'
