# For scenarios that need disks of their own: sourced first, it starts the scenario again in a mount
# namespace, as root or not. Where there is none to be had the scenario is skipped.
if [[ ! ${PIPEC_E2E_MOUNTS-} ]]; then
  namespace=(unshare --mount)
  ((EUID == 0)) || namespace+=(--user --map-root-user)
  if ! "${namespace[@]}" true; then
    echo "$0: skipped: mount namespaces cannot be made here" >&2
    exit 77
  fi
  PIPEC_E2E_MOUNTS=1 exec "${namespace[@]}" bash "$0"
fi
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# small_disk FOLDER SIZE[,OPTION…]: a disk of that size there.
small_disk() {
  mkdir -p "$1"
  mount -t tmpfs -o "mode=0700,size=$2" tmpfs "$1"
  disks=("$1" "${disks[@]}")
  at_exit=(unmount_all)
}
disks=()
unmount_all() {
  local disk
  cd "$work"
  for disk in "${disks[@]}"; do umount "$disk"; done
}

# fill FOLDER: until not a byte more fits.
fill() {
  ! head -c 1G /dev/zero >"$1/filling" 2>/dev/null || fail "$1 is larger than it should be"
}

expect_warnings() { expect 'the number of warnings' "$1" "$(grep -c '^warning' "$work/seen/stderr" || true)"; }
