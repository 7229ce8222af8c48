# `pipec tests` lists the cases of an execution: all, failed, flaky or the slowest; and what became
# of one case over time.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/test_results/suite.bash"

pipec 2 tests
expect_seen stderr 'nothing has been built'
write_suite
report_of
echo pass >verdict
pipec 0 build p --format json
first=$(json .execution)
report_of '<failure message="broken now">line 1
line 2</failure><system-out>what it said</system-out>'
echo fail >verdict
pipec 1 build p --format json
second=$(json .execution)

pipec 0 tests
expect_seen stdout '^p\.checked: failed, 3 cases, .*: the script failed with exit code 1$'
expect_seen stdout '^  FAILED   math\.Test\.adds  0\.5 s  broken now$'
expect_seen stdout '^  passed   math\.Test\.ok  0\.3 s$'
expect_seen stdout "^pipec: 3 cases, 1 failed, 0 flaky, 0 skipped in 1 tests of execution $second\$"
pipec 0 tests p.checked --failed
! grep -q 'math.Test.ok' "$work/seen/stdout" || fail '--failed lists what passed'
pipec 0 tests --slow --limit 2
expect 'the slowest' '2.5 s  p.checked  math.Test.slow
0.5 s  p.checked  math.Test.adds' "$(head -n -1 "$work/seen/stdout")"

pipec 0 tests --execution "$first" --format json
expect 'the schema' pipec.tests/1 "$(json .schema)"
expect 'the counts' '3 passed of 3' "$(json '.counts | "\(.passed) passed of \(.cases)"')"
pipec 0 tests --failed --format json
expect 'the case' 'math math.Test adds failed 500 broken now' \
  "$(json '.tests[0].cases[] | "\(.suite) \(.class) \(.name) \(.outcome) \(.duration_ms) \(.message)"')"
expect 'details and output' 'line 1 line 2 what it said' "$(json '.tests[0].cases[0] | "\(.details) \(.output)" | gsub("\n"; " ")')"

# A case over time. A cached run is no run.
report_of
echo pass >verdict
pipec 0 build p --format json
expect 'the state' cached "$(state p.checked)"
pipec 0 tests --case math.Test.adds --format json
expect 'the runs' "$second failed
$first passed" "$(json '.runs[] | "\(.execution) \(.outcome)"')"
pipec 0 tests --case adds
expect 'its lines' 2 "$(grep -c 'p\.checked  .* math\.Test\.adds' "$work/seen/stdout")"
pipec 2 tests --case subtracts
expect_seen stderr 'no test has a case `subtracts`'
pipec 2 tests q
expect_seen stderr '`q` has never been built'

# What the history has stays when the cache is gone.
rm -rf "$XDG_CACHE_HOME"
pipec 0 tests --execution "$second"
expect_seen stdout 'broken now'
