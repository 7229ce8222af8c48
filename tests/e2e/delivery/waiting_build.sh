# A build that waits for an approval takes no worker, goes on when somebody answers, and steps back
# for something newer.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/gate.bash"

sed -i 's/^pipeline p.*/&\n  let other = upper(file("b.txt"))/' p.pipe
echo b >b.txt
start() {
  "$PIPEC" build p --root "$PWD/target" --wait-approval "$@" >"$work/seen/$waiter.out" 2>"$work/seen/$waiter.err" </dev/null &
  eval "$waiter=$!"
}
saw() { # FILE PATTERN: waits until the file has it
  until grep -q -- "$2" "$work/seen/$1"; do
    kill -0 "$(jobs -p | tail -n 1)" 2>/dev/null || fail "the build ended before it said: $2
$(cat "$work/seen/$1")"
    sleep 0.02
  done
}
waiter=one start -j1
saw one.err 'waits for an approval'
saw one.err 'built p.other' # with the only worker
pipec 0 approve p
wait "$one" || fail "the build that waited ended with $?"
expect 'what is live' ONE "$(live)"

echo two >a.txt
waiter=two start
saw two.err 'waits for an approval'
echo three >a.txt
waiter=three start
code=0
wait "$two" || code=$?
expect 'the exit code of the older build' 0 "$code"
grep -q 'superseded p.ship.approved' "$work/seen/two.err" || fail "the older build was not superseded: $(cat "$work/seen/two.err")"
expect 'what is live' ONE "$(live)"
saw three.err 'waits for an approval'
kill -INT "$three"
code=0
wait "$three" || code=$?
expect 'the exit code of the interrupted build' 130 "$code"
build 3
pipec 0 approve p.ship.approved --subject "$(subject)"
build 0
expect 'what is live' THREE "$(live)"
