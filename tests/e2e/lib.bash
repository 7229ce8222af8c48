# What every scenario sources first: a folder of its own to stand in, and words for what must be
# seen.
#
# PIPEC is the binary, PIPEC_SOURCE_DIR the repository. The scenario starts in $work, a fresh folder
# that is a workspace; cache and home are there too, and nothing is left of it, nor of what
# `at_exit` names, afterwards.
set -Eeuo pipefail
: "${PIPEC:?the path of the pipec binary}" "${PIPEC_SOURCE_DIR:?the root of the repository}"

work=$(mktemp -d "${TMPDIR:-/tmp}/pipec-e2e.XXXXXX")
at_exit=()
last=''

finish() {
  local code=$? command
  trap - ERR
  for command in "${at_exit[@]}"; do "$command" || true; done
  chmod -R u+rwX "$work" && rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'fail "a command failed: $BASH_COMMAND"' ERR

# With CI, which services set, pipec does not do without isolation.
unset "${!PIPEC_SECRET_@}" PIPEC_CACHE_DIR PIPEC_TRUST XDG_CONFIG_HOME XDG_STATE_HOME CI
export HOME=$work/home XDG_CACHE_HOME=$work/cache NO_COLOR=1
mkdir -p "$HOME" "$work/w/.pipec" "$work/seen"
cd "$work/w"

# fail MESSAGE: ends the scenario with the place, the message, and what the last pipec printed.
fail() {
  trap - ERR
  {
    printf '%s:%s: %s\n' "$0" "${BASH_LINENO[-2]}" "$1"
    if [[ $last ]]; then
      printf -- '--- %s\n' "$last"
      local stream
      for stream in stdout stderr; do
        printf -- '--- its %s:\n' "$stream"
        tail -n 100 "$work/seen/$stream"
      done
    fi
  } >&2
  exit 1
}

# pipec CODE ARG…: runs the binary, which must exit with CODE. What it printed is in
# $work/seen/stdout and stderr.
pipec() {
  local want=$1 got=0
  shift
  last="pipec $*"
  "$PIPEC" "$@" >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null || got=$?
  [[ $got == "$want" ]] || fail "exit code $got instead of $want"
}

# expect WHAT WANT GOT: both are equal.
expect() {
  [[ $2 == "$3" ]] || fail "$1 is
$3
instead of
$2"
}

# expect_seen stdout|stderr PATTERN: the stream has a line that matches the extended regular
# expression.
expect_seen() {
  grep -Eq -- "$2" "$work/seen/$1" || fail "no line of $1 matches: $2"
}

# expect_last PATTERN: the last line of the talk matches.
expect_last() {
  tail -n 1 "$work/seen/stderr" | grep -Eq -- "$1" || fail "the last line does not match: $1"
}

# json FILTER ARG…: what jq makes of the document that the last pipec printed.
json() {
  jq --raw-output "$@" <"$work/seen/stdout" || fail "jq cannot apply: $1"
}

# state LABEL: how a node of the last build ended.
state() {
  json '[.nodes[] | select(.label == $node).state] | if . == [] then "absent" else .[0] end' --arg node "$1"
}

# expect_executed LABEL…: these are the nodes whose command ran in the last build, in any order, and
# no others.
expect_executed() {
  expect 'what was executed' "$(printf '%s\n' "$@" | sort)" \
    "$(json '.nodes[] | select((.kind | IN("tree", "expand", "merge") | not) and (.state | IN("succeeded", "failed", "flaky"))).label' | sort)"
  expect 'the count of executed nodes' "$#" "$(json .counts.executed)"
}
