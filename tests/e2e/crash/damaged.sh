# behaviour 55
# Files of the cache and of the workspace's state that are cut off, overwritten, lost or of another
# version, any of them at any time: the next build is right, and the one after it has nothing to
# complain of.
# PIPEC_DAMAGES: how often (8). PIPEC_DAMAGES_SEED names the damages and the edits.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/crash/many_steps.bash"

seed=${PIPEC_DAMAGES_SEED:-$RANDOM}
RANDOM=$seed

# damage FILE: in one of the ways in which disks and people do it.
damage() {
  chmod u+w "$1"
  local size kind=$((RANDOM % 6))
  size=$(stat -c %s "$1")
  case $kind in
    0) truncate -s $((size > 0 ? (RANDOM * 32768 + RANDOM) % size : 0)) "$1" ;;
    1) : >"$1" ;;
    2) head -c "$size" /dev/urandom >"$1" ;;
    3) printf '\xff' | dd of="$1" bs=1 seek=$((size > 0 ? (RANDOM * 32768 + RANDOM) % size : 0)) conv=notrunc status=none ;;
    4) rm "$1" ;;
    5) truncate -s $((size + 1 + RANDOM)) "$1" ;;
  esac
  damages+=("$kind:${1#"$work"/}")
}

# version FILE NUMBER: as if another pipec had written it.
version() {
  [[ $(head -c 15 "$1" | tr -d '\0') == 'SQLite format 3' ]] || return 0
  chmod u+w "$1"
  printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' 0 0 $(($2 / 256)) $(($2 % 256)))" | dd of="$1" bs=1 seek=60 conv=notrunc status=none
  damages+=("version $2:${1#"$work"/}")
}

pipec 0 build p
for ((round = 1; round <= ${PIPEC_DAMAGES:-8}; round++)); do
  damages=()
  edit $((RANDOM % 10))
  mapfile -t files < <(find "$XDG_CACHE_HOME/pipec" .pipec -type f | LC_ALL=C sort)
  mapfile -t databases < <(find "$XDG_CACHE_HOME/pipec" .pipec -name '*.db' | LC_ALL=C sort)
  for ((i = RANDOM % 20; i >= 0; i--)); do
    file=${files[(RANDOM * 32768 + RANDOM) % ${#files[@]}]}
    [[ ! -e $file ]] || damage "$file"
  done
  ((RANDOM % 3)) || damage "${databases[RANDOM % ${#databases[@]}]}"
  file=${databases[RANDOM % ${#databases[@]}]}
  ((RANDOM % 3)) || [[ ! -e $file ]] || version "$file" $((RANDOM % 2 ? RANDOM : 0))
  last="seed $seed, round $round: ${damages[*]}"
  got=0
  "$PIPEC" build p >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null || got=$?
  [[ $got == 0 ]] || fail "the build ends with $got"
  pipec 0 build p
  ! grep -E '^(warning|error)' "$work/seen/stderr" || fail "seed $seed, round $round: the second build complains after ${damages[*]}"
  expect_as_clean
done
echo "seed $seed: $((round - 1)) rounds of damage"
