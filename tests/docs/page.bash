# Checks the code blocks of one page, in their order. README.md beside this file says how blocks are
# marked.
#
# usage: PIPEC=BINARY PIPEC_SOURCE_DIR=REPOSITORY page.bash PAGE
page=$(realpath "${1:?the page whose blocks are checked}")
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# The page's commands mean the binary.
unset -f pipec
PATH=$(dirname "$PIPEC"):$PATH

rewrite=${PIPEC_UPDATE_GOLDEN:-}
rewritten=$work/rewritten
status=0 # of the last command of the page
blocks=0

# complain LINE MESSAGE: ends the check with the place in the page.
complain() {
  trap - ERR
  printf '%s:%s: %s\n' "$page" "$1" "$2" >&2
  exit 1
}

# ---- programs ------------------------------------------------------------------------------------

# codes_of COMMAND ARG…: the codes of the diagnostics that pipec prints, each once.
codes_of() {
  { "$PIPEC" "$@" 2>&1 || true; } | tee "$work/seen/diagnostics" |
    sed -nE 's/^(error|warning)\[([EW][0-9]{4})\].*/\2/p' | sort -u | paste -sd ' '
}

# check_codes LINE PROGRAM CODE…: the program has these diagnostics, and no others.
check_codes() {
  local line=$1 program=$2 want got=
  shift 2
  want=$(printf '%s\n' "$@" | sort -u | paste -sd ' ')
  got=$(codes_of check "$program")
  # What only an evaluation finds.
  [[ $got || ! $want ]] || got=$(codes_of plan "$program")
  [[ $got == "$want" ]] || complain "$line" "the diagnostics are \`$got\`, not \`$want\`:
$(<"$work/seen/diagnostics")"
}

# check_format LINE PROGRAM CODE…: the program is in the one format, unless it is one that cannot be
# parsed.
check_format() {
  local line=$1 program=$2
  shift 2
  [[ ! "$*" =~ E0[01] ]] || return 0
  "$PIPEC" fmt --diff "$program" >"$work/seen/format" 2>&1 || complain "$line" "the program is not in the format of \`pipec fmt\`:
$(<"$work/seen/format")"
}

# check_syntax LINE PROGRAM: no diagnostic is about the syntax; names and types are not looked at.
check_syntax() {
  local got
  got=$(codes_of check "$2")
  [[ ! $got =~ E0[01] ]] || complain "$1" "the fragment is not syntax: $(<"$work/seen/diagnostics")"
}

# wrap PLACE TEXT: a program with the fragment at its place.
wrap() {
  case $1 in
    expression) printf 'let it = %s\n' "$2" ;;
    body) printf 'build it(src: Dir) -> Dir {\n%s\n}\n' "$2" ;;
    stage) printf 'pipeline it() {\nstage s {\n%s\n}\n}\n' "$2" ;;
    *) return 1 ;;
  esac
}

# check_program LINE TEXT WORD…: a block of the language that is no file of the page.
check_program() {
  local line=$1 text=$2 program=block.pipe
  shift 2
  if [[ ${1-} == fragment=* ]]; then
    wrap "${1#*=}" "$text" >$program || complain "$line" "there is no place \`${1#*=}\` for a fragment"
    check_syntax "$line" $program
  else
    printf '%s\n' "$text" >$program
    check_codes "$line" $program "$@"
    check_format "$line" $program "$@"
  fi
  rm $program
}

# ---- commands ------------------------------------------------------------------------------------

# matches GOT WANT: equal but for what differs from run to run; in WANT, `…` is anything in a line,
# and alone in a line any lines.
matches() {
  local got want any_in_line=$'[^\n]*'
  got=$(comparable <<<"$1")
  want=$(comparable <<<"$2" | sed -E 's/[][\.*^$+?(){}|\\]/\\&/g')
  # Every line ends with a newline, so that one that is `…` can stand for none.
  got+=$'\n' want+=$'\n'
  want=${want//$'\n…\n'/$'\n(.*\n)?'}
  want=${want//…/$any_in_line}
  [[ $got =~ ^$want$ ]]
}

# comparable: without times, memory, digests and names of executions, and with lines of progress in
# one order.
comparable() {
  sed -E 's/ *\<[0-9]+(\.[0-9]+)? (ms|s|min)\>/ TIME/g
    s/\<memory [0-9]+(\.[0-9]+)? [KMG]?i?B/memory SIZE/g
    s/\<(sha256:[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{12})\>/DIGEST/g
    s/\<execution [0-9a-z]{12}\>/execution ID/g
    s/^\[[0-9]+\/([0-9]+)\] /[N\/\1] /' |
    awk '
      function flush(  i) {
        for (i = 1; i <= count; ++i) print lines[i] | "sort"
        close("sort")
        count = 0
      }
      /^\[N\// { lines[++count] = $0; next }
      { flush(); print; fflush() }
      END { flush() }'
}

# run_command LINE COMMAND EXPECTED LAST CODE: runs one command of the page, where the ones before
# it left the shell.
run_command() {
  local __line=$1 __command=$2 __want=$3 __last=$4 __code=$5 __got
  eval "(exit $status)"$'\n'"$__command" >"$work/seen/output" 2>&1 </dev/null && status=0 || status=$?
  ((__last)) || __code=0
  __got=$(<"$work/seen/output")
  ((status == __code)) || complain "$__line" "exit code $status instead of $__code:
$__got"
  {
    sed '1s/^/$ /; 2,$s/^/> /' <<<"$__command"
    if matches $'\n'"$__got"$'\n' $'\n'"$__want"$'\n'; then
      [[ ! $__want ]] || printf '%s\n' "$__want"
    elif [[ $rewrite ]]; then
      [[ ! $__got ]] || printf '%s\n' "$__got"
    else
      complain "$__line" "the output of \`$__command\` differs:
$(diff --label page --label output -u <(printf '%s\n' "$__want") <(printf '%s\n' "$__got") || true)"
    fi
  } >>"$rewritten"
}

# run_commands LINE TEXT WORD…: a block of commands with their output.
run_commands() {
  local line=$1 text=$2 code=0
  [[ ${3-} != exit=* ]] || code=${3#*=}
  local command='' want='' at=0 number=$line row in_command=0
  while IFS= read -r row; do
    number=$((number + 1))
    if [[ $row == '$ '* ]]; then
      ((!at)) || run_command $at "$command" "${want%$'\n'}" 0 0
      command=${row#'$ '} want='' at=$number in_command=1
    elif ((in_command)) && [[ $row == '> '* ]]; then
      command+=$'\n'${row#'> '}
    else
      ((at)) || complain $number 'a block of commands begins with `$ `'
      in_command=0
      want+=$row$'\n'
    fi
  done <<<"$text"
  ((at)) || complain "$line" 'there is no command in this block'
  run_command $at "$command" "${want%$'\n'}" 1 "$code"
}

# ---- the page ------------------------------------------------------------------------------------

# check_block LINE TEXT LANGUAGE WORD…: one fenced block.
check_block() {
  local line=$1 text=$2 language=$3
  shift 3
  blocks=$((blocks + 1))
  if [[ ${1-} == file=* ]]; then
    mkdir -p "$(dirname "${1#*=}")"
    printf '%s\n' "$text" >"${1#*=}"
    if [[ $language == pipe ]]; then
      check_codes "$line" "${1#*=}" "${@:2}"
      check_format "$line" "${1#*=}" "${@:2}"
    fi
  elif [[ $language == pipe ]]; then
    check_program "$line" "$text" "$@"
  elif [[ $language == console ]]; then
    run_commands "$line" "$text" "$@"
    return
  else
    blocks=$((blocks - 1))
  fi
  [[ ! $text ]] || printf '%s\n' "$text" >>"$rewritten"
}

number=0 start=0 text='' info=''
while IFS= read -r -u 3 row || [[ $row ]]; do
  number=$((number + 1))
  if ((start)) && [[ $row == '```' ]]; then
    # shellcheck disable=SC2086 # the words of the fence
    check_block $start "${text%$'\n'}" $info
    start=0
  elif ((start)); then
    text+=$row$'\n'
    continue
  elif [[ $row == '```'* ]]; then
    start=$number text='' info=${row#'```'}
    [[ $info ]] || info=none
  elif [[ $row =~ ^[[:space:]]+'```' ]]; then
    complain $number 'an indented block would not be checked'
  fi
  printf '%s\n' "$row" >>"$rewritten"
done 3<"$page"
((!start)) || complain $start 'this block is not closed'
((blocks)) || complain 1 'no block of this page is checked'
[[ ! $rewrite ]] || cmp -s "$rewritten" "$page" || cat "$rewritten" >"$page"
