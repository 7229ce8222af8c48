# behaviour 58
# When the cache's disk fills while an image is unpacked, whenever that is, the build succeeds with
# one warning; where there is no room from the beginning, the image is refused. Nothing is kept of
# it, and all is right once there is room.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/crash/mounts.bash"
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

layout layout < <(
  printf 'layer\nbusybox\n'
  for i in {0..399}; do printf 'file data/%d "content %d"\n' "$i" "$i"; done
)
cat >p.pipe <<'END'
use std.oci
build count(img: Image) -> File {
  image = img
  run sh"ls /data | wc -l >${out}"
}
pipeline p() {
  let seen = count(oci.layout(dir("layout")))
  out seen = seen
}
END
small=$XDG_CACHE_HOME/pipec
fresh_start() {
  chmod -R u+w .pipec/*
  rm -rf .pipec/cache .pipec/out
}
expect_nothing_left() {
  expect "$1: what is half-written" '' "$(find "$small/cas/tmp" -mindepth 1 2>/dev/null || true)"
  expect "$1: the roots" '' "$(find "$small/cas/roots" -mindepth 2 -maxdepth 2 2>/dev/null || true)"
}

small_disk "$PWD/.pipec" 1G
at_first=("${disks[@]}")

# How many files the disk has with all of it.
small_disk "$small" 1G
pipec 0 build p
needed=$(df --output=iused "$small" | tail -n 1)
umount "$small"
disks=("${at_first[@]}")

# There is no room for a file more: in the store, in umoci, in what is prepared, in what is kept.
fell_back=0
for missing in 700 420 350 100 10 1; do
  fresh_start
  small_disk "$small" "1G,nr_inodes=$((needed - missing))"
  pipec 0 build p
  expect "$missing files: what was built" 400 "$(cat .pipec/out/p/seen)"
  if [[ -e .pipec/cache ]]; then
    fell_back=$((fell_back + 1))
    expect_warnings 1
    expect_seen stderr '^warning: .*\.pipec/cache'
    expect_nothing_left "$missing files"
  else
    expect_warnings 0
  fi
  umount "$small"
  disks=("${at_first[@]}")
done
((fell_back > 1)) || fail 'the disk was never full'

# From the beginning there is less room than images have to leave.
fresh_start
small_disk "$small" 100M
pipec 1 build p
expect_seen stderr 'error\[R1021\]: .*the image is larger than the .* that there are for it; it needs more room on the cache.s disk, of which images leave 512 MiB'
expect_nothing_left 'a small disk'
mount -o remount,size=1G "$small"
pipec 0 build p --format json
expect_executed p.seen
expect 'what was built' 400 "$(cat .pipec/out/p/seen)"
pipec 0 cache verify
