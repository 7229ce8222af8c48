# A step that stops itself when it has read its inputs, so that a scenario can edit the workspace
# while it runs.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

marker="pipec-e2e-$$-$RANDOM"
# What a step's script says to stop: it goes on when the scenario says so.
stop=": $marker; kill -STOP \$\$"

# while_it_runs CODE COMMAND ARG…: builds `p`, which must exit with CODE, and runs COMMAND while the
# step is stopped.
while_it_runs() {
  local want=$1 building got=0 step=''
  shift
  last='pipec build p --format json'
  "$PIPEC" build p --format json >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null &
  building=$!
  until [[ $step && $(ps -o stat= -p "$step") == T* ]]; do
    kill -0 "$building" || fail 'the build ended before its step stopped'
    step=$(pgrep -f -- "$marker" | head -n 1) || true
  done
  "$@"
  kill -CONT "$step"
  wait "$building" || got=$?
  expect 'the exit code' "$want" "$got"
}
nothing() { :; }
