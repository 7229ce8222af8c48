# behaviour 60
# Several processes at a time in several worktrees of one repository, with edits in between and one
# cache: every build is right, and so is the cache afterwards.
# PIPEC_SHARED_SECONDS: for how long (6). PIPEC_SHARED_SEED names the edits.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

seconds=${PIPEC_SHARED_SECONDS:-6}
seed=${PIPEC_SHARED_SEED:-$RANDOM}
cat >p.pipe <<'END'
build note(src: File) -> File { run sh"(cat ${src}; echo noted) > ${out}" }
build pack_all(parts: List<File>) -> Dir { run sh"mkdir -p ${out}/deep; cat ${parts} > ${out}/deep/all; ln -s deep/all ${out}/link; chmod +x ${out}/deep/all" }
build join(dir: Dir, all: Dir) -> File { run sh"cat ${dir}/link ${all}/* > ${out}" }
pipeline p() {
  let notes = [for f in glob("src/*") => note(f)]
  let pack  = pack_all(notes)
  let all   = join(pack, all = dir("src"))
  out pack = pack
  out all  = all
}
END
mkdir src
for n in {0..19}; do echo "$n" >"src/$n"; done
for tree in 1 2 3 4; do
  mkdir -p "$work/$tree/.pipec"
  cp -R p.pipe src "$work/$tree"
done

# worker TREE EDITS: two in each worktree; one of them edits, and both build.
worker() {
  local tree=$work/$1 edits=$2 until=$((SECONDS + seconds)) number=0
  RANDOM=$((seed + 10 * $1 + edits))
  while ((SECONDS < until)); do
    # Few contents, so that the worktrees need the same results at the same time.
    ! ((edits)) || echo $((RANDOM % 3)) >"$tree/src/$((RANDOM % 20))"
    "$PIPEC" build -C "$tree" p >"$work/seen/$1-$edits" 2>&1 </dev/null || return 1
    number=$((number + 1))
  done
  echo $number >"$work/seen/number-$1-$edits"
}
workers=()
for tree in 1 2 3 4; do
  for edits in 0 1; do
    worker $tree $edits &
    workers+=($!)
  done
done
for one in "${workers[@]}"; do
  wait "$one" || fail "seed $seed: a build failed: $(tail -n 30 "$work"/seen/[1-4]-[01])"
done
! grep -E '^(warning|error)' "$work"/seen/[1-4]-[01] || fail "seed $seed: a build complained"

content() { (cd "$1/.pipec/out" && find . -printf '%p %y %m %l\n' | LC_ALL=C sort && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum); }
for tree in 1 2 3 4; do
  pipec 0 build -C "$work/$tree" p
  pipec 0 build -C "$work/$tree" p --format json
  expect_executed
  mkdir -p "$work/clean/.pipec"
  cp -R p.pipe "$work/$tree/src" "$work/clean"
  pipec 0 build -C "$work/clean" p --cache-dir "$work/clean_cache"
  expect "seed $seed: what is kept in worktree $tree" "$(content "$work/clean")" "$(content "$work/$tree")"
  chmod -R u+w "$work/clean" "$work/clean_cache"
  rm -r "$work/clean" "$work/clean_cache"
done
cat "$work"/seen/number-* | awk -v seed="$seed" '{ sum += $1 } END { print "seed " seed ": " sum " builds" }'
