# `fmt -` is a filter: standard input to standard output, for editors.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# filter CODE TEXT ARG…: gives TEXT to `fmt`.
filter() {
  local want=$1 text=$2 got=0
  shift 2
  last="pipec fmt $*"
  printf %s "$text" | "$PIPEC" fmt "$@" >"$work/seen/stdout" 2>"$work/seen/stderr" || got=$?
  [[ $got == "$want" ]] || fail "exit code $got instead of $want"
}

filter 0 'let  x=1 // one' -
expect 'standard output' 'let x = 1 // one' "$(<"$work/seen/stdout")"
expect 'standard error' '' "$(<"$work/seen/stderr")"
filter 2 'let x = (' -
expect 'standard output' '' "$(<"$work/seen/stdout")"
expect_seen stderr '^  --> <stdin>:1:'
filter 1 'let  x=1' --check -
expect 'standard output' '' "$(<"$work/seen/stdout")"
filter 1 'let  x=1' --diff -
expect_seen stdout '^-let  x=1$'
expect_seen stdout '^\\ No newline at end of file$'
filter 0 $'let x = 1\n' --check -
pipec 2 fmt - a.pipe
expect_seen stderr 'stands alone'
