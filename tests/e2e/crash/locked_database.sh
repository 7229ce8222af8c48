# behaviour 55
# A database that somebody keeps locked is waited for a while, and then done without; nothing is
# lost.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

pipec 0 build p
for file in "$XDG_CACHE_HOME/pipec/actions.db" "$XDG_CACHE_HOME/pipec/files.db" .pipec/history.db; do
  coproc python3 -c '
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()' "$file"
  read -r -u "${COPROC[0]}" locked
  expect 'the word of the other process' locked "$locked"
  pid=$COPROC_PID
  date +%s%N >a.txt
  pipec 0 build p
  expect "the output while ${file##*/} is locked" "$(cat a.txt)" "$(seen)"
  exec {COPROC[1]}>&-
  wait "$pid"
  pipec 0 build p
  ! grep '^warning' "$work/seen/stderr" || fail 'there is a warning though nothing is locked any more'
  pipec 0 build p --format json
  expect_executed
done
