# behaviour 88
# A link in any place of `.pipec` leads nowhere: nothing outside is written, emptied, removed or
# locked, whether the checkout came with it or it stands in a `.pipec` that is believed; what is in
# the way is set aside, or named.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/trust/trust.bash"

places=(out out/p lock locks executions.lock cache kept.json id .gitignore
  history.db history.db-wal history.db-shm history.db-journal state.db state.db-wal)

# in_place PLACE TARGET: a link in that place of .pipec.
in_place() {
  mkdir -p ".pipec/$(dirname "$1")"
  rm -rf ".pipec/${1:?}"
  ln -s "$2" ".pipec/$1"
}

# As a checkout brings it: the build goes on without it, and those who only look see nothing of it.
for place in "${places[@]}"; do
  for target in ../../outside/file "$outside/folder"; do
    start_anew
    in_place "$place" "$target"
    for look in 'check' 'plan' 'list' 'envs' 'executions' 'fmt --check'; do
      # shellcheck disable=SC2086  # words
      "$PIPEC" $look >/dev/null 2>&1 || true
      [[ -L .pipec/$place ]] || fail "$look has removed .pipec/$place"
    done
    expect_untouched "after looking at .pipec/$place -> $target"
    pipec 0 build --no-deploy p
    expect_untouched "after a build with .pipec/$place -> $target"
    expect 'the copy' a "$(cat .pipec/out/p/file)"
    [[ ! -L .pipec/$place ]] || fail "a link is still in the place of .pipec/$place"
  done
done

# One that came later, in a workspace that is believed: it may be refused, by its name.
for place in "${places[@]}"; do
  start_anew
  pipec 0 build p
  in_place "$place" ../../outside/folder
  echo "$place" >a.txt
  "$PIPEC" build --no-deploy p >/dev/null 2>"$work/seen/later" || grep -q '\.pipec' "$work/seen/later" || fail "no word of .pipec/$place"
  "$PIPEC" executions >/dev/null 2>&1 || true
  expect_untouched "after a later .pipec/$place"
done

# `.pipec` itself.
rm -rf .pipec
ln -s ../outside/folder .pipec
pipec 4 build p
expect_seen stderr '\.pipec. is a symbolic link'
pipec 0 check
expect_untouched 'after .pipec itself'
rm .pipec

# A named pipe in the place of a file keeps nobody waiting.
for place in lock history.db kept.json id; do
  start_anew
  mkfifo ".pipec/$place"
  timeout 60 "$PIPEC" build --no-deploy -q p || fail "a build does not end well with a pipe in the place of .pipec/$place"
done
