# behaviour 69
# A pass after a retry is flaky: every attempt's log is kept, its cases are told, and it runs again
# the next time.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# Without isolation the attempts can leave something for each other, as a test that is flaky by
# chance does.
tries=$work/tries
cat >p.pipe <<PIPE
test shaky(subject app: File) {
  retries = 2
  run sh"""
    test -f \${app}
    echo try >> '$tries'
    n=\$(wc -l < '$tries')
    echo "out \$n"
    echo "err \$n" >&2
    failure=''
    [ "\$n" -ge 3 ] || failure="<failure message='only try \$n'>trace</failure>"
    echo "<testsuite name='s'><testcase classname='C' name='c'>\$failure</testcase></testsuite>" > \${report}/r.xml
    [ "\$n" -ge 3 ]
    """
}
pipeline p() { let checked = shaky(file("app.txt")) }
PIPE
echo app >app.txt
pipec 0 build p --sandbox off --format json --junit flaky.xml
expect 'the state' flaky "$(state p.checked)"
expect_last '^pipec: 1 executed, 0 cached, 0 failed, 1 flaky in'
expect_seen stderr '^flaky: p\.checked C\.c$'
expect_seen stderr 'passed at attempt 3'
grep -q '<flakyFailure message="only try 1"' flaky.xml || fail "the merged report does not say it: $(cat flaky.xml)"
grep -q 'pipec.attempts" value="3"' flaky.xml || fail 'the merged report does not count the attempts'
pipec 0 log p.checked
expect 'the output of all attempts' 'out 1
out 2
out 3' "$(cat "$work/seen/stdout")"
expect 'the other output' 'err 1
--- attempt 2
err 2
--- attempt 3
err 3' "$(cat "$work/seen/stderr")"

# Not taken for a pass: it runs again. This time it passes at once, and that counts.
pipec 0 build p --sandbox off --format json
expect_executed p.checked
expect 'the state' succeeded "$(state p.checked)"
pipec 0 build p --sandbox off --format json
expect 'the state' cached "$(state p.checked)"

# Failed for good: all attempts are kept, too.
sed -i 's/-ge 3/-ge 300/g' p.pipe
pipec 1 build p --sandbox off
pipec 0 log p.checked
expect 'the output of all attempts' 'out 5
out 6
out 7' "$(cat "$work/seen/stdout")"
