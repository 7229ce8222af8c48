# behaviour 68
# An unchanged passing test is shown as cached, with its original time and log, and its cases
# without being run.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/test_results/suite.bash"

write_suite
sed -i 's|grep -q pass|date +%s.%N; grep -q pass|' p.pipe
report_of
echo pass >verdict
facts='.nodes[] | select(.label == "p.checked") | .execution, .duration_ms, .report'
pipec 0 build p --format json
expect 'the state' succeeded "$(state p.checked)"
first=$(json "$facts")
pipec 0 log p.checked
log=$(cat "$work/seen/stdout")

touch app.txt verdict report.xml
pipec 0 build p --format json
expect 'the state' cached "$(state p.checked)"
expect 'execution, time and report' "$first" "$(json "$facts")"
pipec 0 build p -v
expect_seen stderr "^$log\$"
pipec 0 log p.checked
expect 'the log' "$log" "$(cat "$work/seen/stdout")"
pipec 0 tests p --format json
expect 'the test' "cached $(head -n 1 <<<"$first")" "$(json '.tests[0] | "\(.state) \(.execution)"')"
expect 'its cases' 'adds ok slow' "$(json '[.tests[0].cases[].name] | sort | join(" ")')"
# As much as it takes to keep them once.
expect 'recorded runs' 1 "$(python3 -c 'import sqlite3; print(sqlite3.connect(".pipec/history.db").execute("SELECT count(*) FROM test_runs").fetchone()[0])')"

# Of a test that another workspace has run, they are known as well.
mkdir -p "$work/other/.pipec"
cp p.pipe app.txt verdict report.xml "$work/other"
cd "$work/other"
pipec 0 build p --format json
expect 'the state in another workspace' cached "$(state p.checked)"
pipec 0 tests p --format json
expect 'its cases in another workspace' 3 "$(json .counts.cases)"
