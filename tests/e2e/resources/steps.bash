# For scenarios about what runs at the same time. Steps without isolation can meet: each says that
# it is there, and ends when it may. What must not run together is read from the order of the
# events.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkfifo "$work/here"
meet="echo here > $work/here; until test -e $work/go; do sleep 0.02; done; cat \${src} > \${out}; echo \${i} >> \${out}"
note='(cat ${src}; echo ${i}) > ${out}'
echo a >a.txt

# let_meet COUNT PIPEC-ARG…: a build of which COUNT steps are there at the same time; with fewer at
# once it never ends.
let_meet() {
  local count=$1 i
  shift
  rm -f "$work/go"
  last="pipec build --sandbox off $*"
  "$PIPEC" build --sandbox off "$@" >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null &
  exec 8<>"$work/here"
  for ((i = 0; i < count; i++)); do
    read -r -t 60 <&8 || fail "only $i of $count steps are there"
  done
  touch "$work/go"
  wait $! || fail "exit code $?"
}

# most_at_once FILE: of the events in FILE, how many steps ran at the same time.
most_at_once() {
  jq -s '[foreach .[] as $e (0; . + ($e.event == "node_started" | if . then 1 else 0 end)
                                  - ($e.event == "node_finished" and $e.state == "succeeded" | if . then 1 else 0 end))] | max' "$1"
}

# overlap FILE A B: whether the steps A and B, of the events in FILE, ran at the same time.
overlap() {
  jq -s --arg a "$2" --arg b "$3" '
    def place($event; $of): [to_entries[] | select(.value.event == $event and .value."label" == $of).key] | first;
    place("node_started"; $a) < place("node_finished"; $b) and place("node_started"; $b) < place("node_finished"; $a)' "$1"
}
