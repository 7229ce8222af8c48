# What no namespace contains is out of reach of every step, as root or not, however it calls the
# kernel: keys, sockets to hypervisors and the like, the kernel's own interfaces.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/safety/both_users.bash"

compile reach
layout layout <<<'layer
busybox'
cat >p.pipe <<'END_OF_PIPE'
use std.oci
build plain(program: File, key: String, ring: String) -> File {
  run sh"${program} steal ${key} ${ring} >${out}; ${program} calls >>${out}"
}
build imaged(program: File, key: String, ring: String, root: Image) -> File {
  image = root
  run sh"${program} steal ${key} ${ring} >${out}; ${program} calls >>${out}"
}
source fetched(program: File, key: String, ring: String) -> File {
  run sh"${program} steal ${key} ${ring} >${out}; ${program} calls >>${out}"
}
pipeline p(key: String, ring: String) {
  let program = file("reach")
  out plain   = plain(program, key = key, ring = ring)
  out fetched = fetched(program, key = key, ring = ring)
  out imaged  = imaged(program, key = key, ring = ring, root = oci.layout(dir("layout")))
}
pipeline q(key: String, ring: String) {
  out plain = plain(file("reach"), key = key, ring = ring)
}
END_OF_PIPE

# Nothing worked: of sockets, those of families that are the step's own.
check() {
  local seen=.pipec/out/$1
  [[ $(head -n 1 "$seen") == 'no key' ]] || fail "$1: $(head -n 1 "$seen")"
  expect "what works in $1" 'own socket 1
own socket 10
own socket 16
own socket 2' "$(sed -n 's/ done$//p' "$seen" | grep -v '^i386' | sort)"
  # Of 32-bit programs, as far as this kernel has them.
  expect "what works for 32-bit programs in $1" '' \
    "$(sed -n 's/ done$//p' "$seen" | grep '^i386' | grep -Ev '^i386 socket (1|2|10|16)$' || true)"
  # The answer is that of the filter, and not that of a kernel which lacks the thing.
  local line
  for line in 'own keyctl ENOSYS' 'own request_key ENOSYS' 'own io_uring_setup ENOSYS' 'own bpf EPERM' \
    'own perf_event_open EPERM' 'own userfaultfd EPERM' 'own open_by_handle_at EPERM' 'own reboot EPERM' 'own ioctl EPERM' \
    'own prlimit64 EPERM' 'own socket 40 EAFNOSUPPORT' 'own socketpair EAFNOSUPPORT' 'own statmount ENOSYS'; do
    grep -qx "$line" "$seen" || fail "$1 has no line: $line"
  done
}

play() {
  local numbers
  numbers=$("${as[@]}" ./reach key) || numbers='1 1' # a kernel without keys has none to steal
  local arguments=("--key=${numbers% *}" "--ring=${numbers#* }")
  pipec 0 build p "${arguments[@]}" --sandbox strict
  for step in plain fetched imaged; do
    check "p/$step"
  done
  pipec 0 build q --force "${arguments[@]}" --sandbox strict --trace
  check q/plain
  # Where steps are not isolated, at least that much holds.
  pipec 0 build q "${arguments[@]}" --sandbox off
  check q/plain
}
both_users play
