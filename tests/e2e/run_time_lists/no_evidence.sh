# behaviour 72
# Where no file gives rise to a test, nothing is proven, and nothing is deployed.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/evidence.bash"

echo 'one.txt yes' >list
build 1
expect_executed p.page p.cases
expect_seen stderr 'error\[R1012\]'
expect 'the deploy' skipped "$(state p.ship.live)"
[[ ! -e target/index.html ]] || fail 'it was deployed'
