# behaviour 72
# A deploy that needs the proofs of a list that is made waits for all of them, and runs when they
# are there.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/evidence.bash"

test_of() { printf 'p.tested/for[%s.case]' "$1"; }

build 0
expect_executed p.page p.cases "$(test_of one)" "$(test_of two)" p.ship.live
expect 'what is live' A "$(cat target/index.html)"
build 0
expect_executed
echo B >a.txt
sed -i 's/two.case yes/two.case no/' list
build 1 --keep-going
expect_executed p.page p.cases "$(test_of one)" "$(test_of two)"
expect 'the failed test' failed "$(state "$(test_of two)")"
expect 'the deploy' skipped "$(state p.ship.live)"
expect 'what is live' A "$(cat target/index.html)"
echo 'two.case yes' >list
build 0
expect_executed p.cases "$(test_of two)" p.ship.live
expect 'what is live' B "$(cat target/index.html)"
