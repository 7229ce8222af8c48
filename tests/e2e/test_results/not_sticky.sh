# behaviour 70
# The failure of a test is never served: it runs again in every build. `--force` executes, and what
# it finds is what counts from then on.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# Without isolation, so that something outside decides.
cat >p.pipe <<PIPE
test unit(subject app: File) {
  run sh"test -f \${app}; cat '$work/outside'; grep -q pass '$work/outside'"
}
pipeline p() { let checked = unit(file("app.txt")) }
PIPE
echo app >app.txt
echo fail >"$work/outside"
for _ in 1 2; do
  pipec 1 build p --sandbox off --format json
  expect_executed p.checked
done
echo 'pass 1' >"$work/outside"
pipec 0 build p --sandbox off --format json
expect 'the state' succeeded "$(state p.checked)"
echo 'pass 2' >"$work/outside"
pipec 0 build p --sandbox off --format json
expect 'the state' cached "$(state p.checked)"
pipec 0 build p --sandbox off --format json --force
expect_executed p.checked
pipec 0 build p --sandbox off --format json
expect 'the state' cached "$(state p.checked)"
pipec 0 log p.checked
expect 'the log that is served' 'pass 2' "$(cat "$work/seen/stdout")"

# A failure that was forced takes nothing away from what passed, and is not served either.
echo 'fail' >"$work/outside"
pipec 1 build p --sandbox off --force
echo 'pass 3' >"$work/outside"
pipec 0 build p --sandbox off --format json
expect_executed p.checked
