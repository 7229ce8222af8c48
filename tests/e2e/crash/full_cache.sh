# behaviour 58
# When the cache's disk is full, from the beginning or from some moment of the build on, the build
# succeeds with one warning.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/crash/mounts.bash"

cat >p.pipe <<'END'
build note(src: File, i: Int) -> File { run sh"(cat ${src}; echo ${i}) > ${out}" }
build large(src: File, size: String) -> File { run sh"head -c ${size} /dev/zero > ${out}; cat ${src} >> ${out}" }
build join(parts: List<File>) -> File { run sh"cat ${parts} > ${out}" }
pipeline p() {
  let notes  = [for i in 0..40 => note(file("a.txt"), i = i)]
  let larges = [for f in notes => large(f, size = "1M")]
  let all    = join(larges)
  out all = all
}
pipeline one_large() {
  let all = large(file("a.txt"), size = "30M")
  out all = all
}
END
small=$XDG_CACHE_HOME/pipec
kept() { sha256sum <".pipec/out/$1/all"; }

# What it has to be.
mkdir "$work/roomy"
echo first >a.txt
for pipeline in p one_large; do
  pipec 0 build "$pipeline" --cache-dir "$work/roomy"
  declare "want_$pipeline=$(kept $pipeline)"
  rm -r ".pipec/out/$pipeline"
done

fresh_start() {
  chmod -R u+w .pipec
  rm -rf .pipec/cache .pipec/out
}
# expect_built PIPELINE EXECUTED: it was built, whatever the disk did, and it is known now.
expect_built() {
  local want=want_$1
  expect_warnings 1
  expect_seen stderr '^warning: .*\.pipec/cache'
  expect_last "^pipec: $2 executed, 0 cached, 0 failed"
  expect 'what was built' "${!want}" "$(kept "$1")"
  pipec 0 build "$1" --format json
  expect_executed
}

# Full from the beginning; with room again, the cache is used again.
small_disk "$small" 160M
fill "$small"
pipec 0 build p
expect_built p 81
expect_warnings 1
rm "$small/filling"
pipec 0 build p
expect_warnings 0
umount "$small"
disks=()

# It fills while the build writes to the store, or while a step writes its output; or no more files
# can be made.
for case in p:81:40M p:81:500M,nr_inodes=290 one_large:1:24M; do
  IFS=: read -r pipeline steps size <<<"$case"
  fresh_start
  small_disk "$small" "$size"
  pipec 0 build "$pipeline"
  expect_built "$pipeline" "$steps"
  umount "$small"
  disks=()
done
