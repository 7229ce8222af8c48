# behaviour 72
# An effect waits for the steps of a list that was bound before its stage, though it needs none of
# them.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/evidence.bash"

sed -i -e 's/ requires Tested//' -e 's/put(tested,/put(page,/' -e 's/all(\(.*\))$/\1/' p.pipe
printf '%s\n' 'one.case yes' 'two.case no' >list
build 1 --keep-going
expect_executed p.page p.cases 'p.tested[one.case]' 'p.tested[two.case]'
expect 'the deploy' skipped "$(state p.ship.live)"
[[ ! -e target/index.html ]] || fail 'it was deployed'
printf '%s\n' 'one.case yes' 'two.case yes' >list
build 0
expect_executed p.cases 'p.tested[two.case]' p.ship.live
