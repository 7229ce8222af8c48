# A failed test names the cases that failed, and the end of the build those that did not fail
# before.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/test_results/suite.bash"

write_suite
report_of
echo pass >verdict
pipec 0 build p
expect_seen stderr '^slowest cases: p\.checked math\.Test\.slow 2\.5 s$'
! grep -q 'newly failing' "$work/seen/stderr" || fail 'something is said to fail that does not'

report_of '<failure message="1 + 1 is &lt;3&gt;">trace</failure>'
echo fail >verdict
pipec 1 build p
expect_seen stderr 'cases:.* 1 of 3 failed$'
expect_seen stderr '\| math\.Test\.adds: 1 \+ 1 is <3>$'
expect_seen stderr '^newly failing: p\.checked math\.Test\.adds$'
expect_last '^pipec: 1 executed, .*1 failed'

# It has failed before: not new any more, but another one is.
sed -i 's|name="ok" time="0.25"/>|name="ok"><error message="torn"/></testcase>|' report.xml
pipec 1 build p
expect_seen stderr '2 of 3 failed$'
expect_seen stderr '^newly failing: p\.checked math\.Test\.ok$'

pipec 1 build p -q
! grep -Eq 'newly failing|slowest' "$work/seen/stderr" || fail '-q says it nevertheless'
