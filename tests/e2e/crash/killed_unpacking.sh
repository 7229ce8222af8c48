# behaviour 54
# After `kill -9` at any moment while images are unpacked, by one build or by two with one cache,
# the next build is right, and nothing is left behind.
# PIPEC_UNPACKING_KILLS: how many (3). PIPEC_UNPACKING_KILLS_SEED names the moments.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

seed=${PIPEC_UNPACKING_KILLS_SEED:-$RANDOM}
RANDOM=$seed
cas=$XDG_CACHE_HOME/pipec/cas
describe() {
  local i
  printf 'layer\nbusybox\ndir data\ndir data/closed mode=0000\nfile data/closed/in closed mode=0000\nfile data/set set mode=4755\n'
  for ((i = 0; i < 400; i++)); do printf 'file data/%d "content %d" mtime=%d\n' $i $((i / 2)) $i; done
  printf 'hard data/again data/7\nlink data/link 7\nlayer\nfile .wh.none ""\nfile data/.wh.9 ""\nfile which %s\n' "$1"
}
for which in one two; do layout $which < <(describe $which); done
cat >p.pipe <<'END'
use std.oci
build look(img: Image, n: String) -> File {
  image = img
  run sh"(cat /which; find /data | sort; cat /data/[0-9]* /data/closed/in; stat -c '%n %a %s %Y' /data/7 /data/set; test /data/again -ef /data/7 && echo same) >${out}; echo ${n} >/dev/null"
}
pipeline p(n: String = "0") {
  let one = look(oci.layout(dir("one")), n = n)
  let two = look(oci.layout(dir("two")), n = n)
  out one = one
  out two = two
}
END
mkdir -p "$work/other/.pipec"
cp -R p.pipe one two "$work/other"

# ours: the processes that show files of this scenario to a step, or are pipec. The pattern is in no
# command line.
ours() { grep -lsF -f /dev/fd/9 /proc/[0-9]*/mountinfo /proc/[0-9]*/cmdline 9<<<"${work##*/}" || true; }
expect_none_running() {
  local until=$((SECONDS + 60))
  while [[ $(ours) ]]; do
    ((SECONDS < until)) || fail "seed $seed: processes are left: $(ours | while IFS=/ read -r _ _ id _; do tr '\0' ' ' <"/proc/$id/cmdline"; done)"
    sleep 0.01
  done
}
seen() { sha256sum <.pipec/out/p/one; sha256sum <.pipec/out/p/two; }

# forget: nothing is unpacked, or one image, or what is there is not whole.
forget() {
  local root roots=("$cas"/roots/*/*)
  case $((RANDOM % 4)) in
    0) root=${roots[0]} && rm -rf "$root" ;;
    1) root=${roots[-1]} && echo changed >"$root/root/which" ;;
    *) rm -rf "$cas/roots" "$cas/root-files" ;;
  esac
}
# start FOLDER N: a build that is to be killed; its process group is the last of `builds`.
start() {
  setsid "$PIPEC" build p -C "$1" --n "$2" >"$work/seen/killed" 2>&1 </dev/null &
  builds+=($!)
}
# kill_builds WHOLE: the builds, with their children or alone.
kill_builds() {
  local build code
  for build in "${builds[@]}"; do
    if (($1)); then kill -KILL -- "-$build" 2>/dev/null || true; else kill -KILL "$build" 2>/dev/null || true; fi
  done
  for build in "${builds[@]}"; do
    code=0
    { wait "$build" || code=$?; } 2>/dev/null
    case $code in
      137) broken_off=$((broken_off + 1)) ;;
      0) ;;
      *) fail "seed $seed: the build that was to be killed ended with $code: $(cat "$work/seen/killed")" ;;
    esac
  done
}
expect_right() {
  expect_none_running
  pipec 0 build p --n "$1"
  ! grep -E '^(warning|error)' "$work/seen/stderr" || fail "seed $seed, kill $1: the next build complains"
  expect "seed $seed, kill $1: what the steps see" "$want" "$(seen)"
  expect "seed $seed, kill $1: what is half-written" '' "$(find "$cas/tmp" "$cas/../steps" -mindepth 1 2>/dev/null)"
  expect "seed $seed, kill $1: roots" 2 "$(find "$cas/roots" -mindepth 2 -maxdepth 2 | wc -l)"
  pipec 0 cache verify
}

began=$(date +%s%N)
pipec 0 build p
whole=$((($(date +%s%N) - began) / 1000000))
want=$(seen)
broken_off=0
# The first dies when umoci is at work, as its processes tell.
rm -rf "$cas/roots" "$cas/root-files"
builds=()
start . 1
until ours | sed 's,[^/]*$,comm,' | xargs -r grep -qsx umoci; do
  kill -0 "${builds[0]}" 2>/dev/null || fail "umoci was not seen: $(cat "$work/seen/killed")"
done
kill_builds 0
expect 'the builds that were broken off' 1 "$broken_off"
expect_right 1
for ((kill = 2; kill <= ${PIPEC_UNPACKING_KILLS:-3}; kill++)); do
  : "kill $kill of seed $seed"
  forget
  builds=()
  start . $kill
  ((RANDOM % 2)) || start "$work/other" $kill
  moment=$((RANDOM % (whole + 1)))
  sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
  kill_builds $((RANDOM % 2))
  expect_right $kill
done
echo "seed $seed: $broken_off builds were broken off"
