# For scenarios that break off builds of 200 steps: the workspace, what a clean build of it makes,
# and what may lie around.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END_OF_PIPE'
build note(src: File, i: Int) -> File { run sh"(cat ${src}; echo ${i}) > ${out}" }
build tool(src: File) -> File { run sh"(echo '#!/bin/sh'; cat ${src}) > ${out}; chmod +x ${out}" }
build pack(parts: List<File>) -> Dir {
  run sh"""
    mkdir -p ${out}/deep/empty
    cat ${parts} > ${out}/deep/all
    cp ${parts[0]} ${out}/first
    chmod +x ${out}/first
    ln -s deep/all ${out}/link
  """
}
build join(dirs: List<Dir>) -> File { run sh"for d in ${dirs}; do cat $d/link $d/first; done > ${out}" }
pipeline p() {
  let notes = [for i, f in glob("src/*") => note(f, i = i)]
  let again = [for i, f in notes => note(f, i = i)]
  let tools = [for f in again => tool(f)]
  let packs = [for i in 0..40 => pack([notes[i], again[i], tools[i]])]
  let all   = join(packs)
  out notes = notes
  out tools = tools
  out packs = packs
  out all   = all
}
END_OF_PIPE
mkdir src
for n in {00..52}; do echo "$n" >"src/$n"; done
steps=200 # 3 * 53 + 40 + 1

# edit COUNT: COUNT random sources become something that they never were.
edits=0
edit() {
  local i
  for ((i = 0; i < $1; i++)); do
    printf 'edit %s\n' "$((++edits))" >"src/$(printf %02d $((RANDOM % 53)))"
  done
}

# edit_clauses: what is kept changes; a clause may go, come back, or keep something else.
edit_clauses() {
  local keeps=(notes again tools packs packs) name
  sed -i '/^  out /d' p.pipe
  for name in notes tools packs all; do
    ((RANDOM % 3 == 0)) || sed -i "\$i\\  out $name = ${keeps[RANDOM % 5]}" p.pipe
  done
}

# picture FOLDER: its names, kinds, modes and bytes.
picture() {
  [[ ! -d $1 ]] || (cd "$1" && find . -printf '%p %y %m %l\n' | LC_ALL=C sort && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
}

# expect_as_clean: a build executes nothing now, and what is kept equals what a build from nothing
# in a fresh cache makes.
expect_as_clean() {
  pipec 0 build p --format json
  expect_executed
  mkdir "$work/clean" "$work/clean/.pipec"
  cp -R p.pipe src "$work/clean"
  "$PIPEC" build -C "$work/clean" --cache-dir "$work/clean_cache" -q p >"$work/seen/clean" 2>&1 </dev/null || fail "a clean build fails: $(cat "$work/seen/clean")"
  expect 'what is kept' "$(picture "$work/clean/.pipec/out")" "$(picture .pipec/out)"
  chmod -R u+w "$work/clean" "$work/clean_cache"
  rm -r "$work/clean" "$work/clean_cache"
}

# expect_tidy: no process and no mount is left, nothing half-written, and no file whose name is new.
expect_tidy() {
  local until=$((SECONDS + 60)) cache=$XDG_CACHE_HOME/pipec
  while pgrep -f "$work" >/dev/null; do
    ((SECONDS < until)) || fail "processes are left: $(pgrep -af "$work")"
    sleep 0.02
  done
  ! grep -F "$work" /proc/self/mountinfo || fail 'mounts are left'
  expect 'what is half-written' '' "$(find "$cache"/steps "$cache"/cas/tmp -mindepth 1 2>/dev/null)"
  expect 'the names in the cache' "$cache_names" "$(cache_names)"
  expect 'the names in .pipec' "$state_names" "$(state_names)"
}

# What there is besides content and logs of databases.
cache_names() { (cd "$XDG_CACHE_HOME/pipec" && find . -path ./cas/blobs/\* -prune -o -path ./cas/trees/\* -prune -o -print | grep -v -e '-wal$' -e '-shm$' | LC_ALL=C sort); }
state_names() { (cd .pipec && find . -path ./out -prune -o -print | grep -v -e '-wal$' -e '-shm$' | LC_ALL=C sort); }
