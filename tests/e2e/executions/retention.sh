# Old executions go, by count and age; never what succeeded last, what waits, or what an environment
# runs.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

cat >p.pipe <<PIPE
environment Shop { url = "http://127.0.0.1:1/" paths = ["$work/shop"] }
test unit(subject app: File) {
  run sh"""
    test -f \${app}
    echo "<testsuite><testcase name='c\$(cat \${app})'/></testsuite>" > \${report}/r.xml
    """
}
deploy ship(subject what: File) { run sh"cp \${what} '$work/shop/live'" }
pipeline delivered() { stage out { let live = ship(file("a.txt"), to = Shop) } }
pipeline p(n: Int = 0) { let checked = unit(file("a.txt")) }
PIPE
mkdir "$work/shop"
echo a >a.txt
# ids: of all executions, the oldest first.
ids() {
  pipec 0 executions --limit 100 --format json
  json '.executions | reverse | .[].execution'
}

pipec 0 build delivered --format json
deployed=$(json .execution)
for n in 1 2 3 4 5 6; do
  echo "$n" >a.txt
  pipec 0 build p --n "$n"
done
expect 'nothing is old' 7 "$(ids | wc -l)"

export PIPEC_HISTORY_AGE=1ms
pipec 0 build p --n 7
expect 'among the newest hundred' 8 "$(ids | wc -l)"
newest=$(ids | tail -n 4)
export PIPEC_HISTORY_COUNT=5
echo '{"history": {"count": "1", "age": "none"}}' >.pipec/config.json
pipec 0 build p --n 8 --format json
expect 'what is left' "$deployed
$newest
$(json .execution)" "$(ids)"
pipec 0 show "$deployed"
expect_seen stdout "execution $deployed: succeeded"

# With the executions their test cases go, and what is left can be read.
unset PIPEC_HISTORY_COUNT PIPEC_HISTORY_AGE
rows() { python3 -c 'import sqlite3; print(sqlite3.connect(".pipec/history.db").execute("SELECT count(*) FROM test_runs").fetchone()[0])'; }
runs=$(rows)
echo '{"history": {"count": "1", "age": "1ms"}}' >.pipec/config.json
pipec 0 build p --n 9
expect 'what succeeded last stays' 3 "$(ids | grep -vc "$deployed")"
((runs > $(rows))) || fail 'the test cases of what has gone are still there'
pipec 0 tests p
expect_seen stdout '^pipec: 1 cases'

echo '{"history": {"cuont": "1"}}' >.pipec/config.json
pipec 2 build p
expect_seen stderr '`history` must be'
