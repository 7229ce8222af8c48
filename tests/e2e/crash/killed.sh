# behaviour 54
# After `kill -9` at any moment, of pipec alone or with all its children, the next build is right,
# and nothing is left behind.
# PIPEC_KILLS: how many (6). PIPEC_KILLS_SEED names the moments and the edits.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/crash/many_steps.bash"

seed=${PIPEC_KILLS_SEED:-$RANDOM}
RANDOM=$seed
pipec 0 build p --format json
expect 'the number of steps' "$steps" "$(json .counts.executed)"
pipec 0 build p
cache_names=$(cache_names)
state_names=$(state_names)
broken_off=0
for ((kill = 1; kill <= ${PIPEC_KILLS:-6}; kill++)); do
  : "kill $kill of seed $seed"
  if ((RANDOM % 4 == 0)); then # from nothing: everything is made for the first time
    chmod -R u+w "$XDG_CACHE_HOME" .pipec
    rm -rf "$XDG_CACHE_HOME/pipec" .pipec/out
  fi
  edit $((RANDOM % 60))
  edit_clauses
  whole_group=$((RANDOM % 2))
  moment=$(printf '%d.%04d' 0 $((RANDOM % 6000)))
  setsid "$PIPEC" build -C "$PWD" p >"$work/seen/killed" 2>&1 </dev/null &
  sleep "$moment"
  if ((whole_group)); then
    kill -KILL -- -$! 2>/dev/null || true
  else
    kill -KILL $! 2>/dev/null || true
  fi
  code=0
  { wait $! || code=$?; } 2>/dev/null
  case $code in
    137) broken_off=$((broken_off + 1)) ;;
    0) ;;
    *) fail "seed $seed, kill $kill: the build that was to be killed ended with $code: $(cat "$work/seen/killed")" ;;
  esac
  edit_clauses
  pipec 0 build p
  ! grep -E '^(warning|error)' "$work/seen/stderr" || fail "seed $seed, kill $kill: the next build complains"
  expect_as_clean
  expect_tidy
done
((broken_off > 0)) || fail "seed $seed: no build was broken off"
echo "seed $seed: $broken_off of $((kill - 1)) builds were broken off"
