# What a step sees never depends on which step ran before it: whatever one sets that outlives its
# processes, the next one in its place does not find.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/safety/both_users.bash"

cat >look.sh <<'END_OF_LOOK'
{
  echo "oom $(cat /proc/1/oom_score_adj /proc/self/oom_score_adj 2>&1 | sed 's/.*: //')"
  echo "core $(cat /proc/self/coredump_filter)"
  echo "autogroup $(cat /proc/1/autogroup 2>&1 | sed 's/.*: //')"
  echo "limits $(ulimit -n) $(ulimit -s) $(ulimit -u) $(ulimit -t)"
  for fd in 0 1 2; do echo "fd $fd $(grep flags "/proc/self/fdinfo/$fd")"; done
  echo "signals $(grep -E '^Sig(Blk|Ign)' /proc/self/status | tr '\n' ' ')"
  echo "priority $(cut -d ' ' -f 18,19,40,41 /proc/self/stat)"
  echo "slack $(cat /proc/self/timerslack_ns 2>&1 | sed 's/.*: //')"
  echo "net $(grep lo: /proc/net/dev | tr -s ' ')"
  echo "time-wait $(grep -o 'tw [0-9]*' /proc/net/sockstat)"
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 4711)); print("port free")'
  echo "ipc $(cat /proc/sysvipc/* | grep -vc key)"
  for place in /tmp /tmp/home /dev/shm /w /o; do
    stat -c "%n %a %s" "$place"
    ls -A "$place" | grep -vx -e home -e look.sh
    getfattr -d "$place" 2>/dev/null
  done
  echo "files $(find /tmp /dev/shm -mindepth 1 | sort | tr '\n' ' ')"
  echo "affinity $(nproc)"
  umask
} 2>&1
END_OF_LOOK
cat >put.sh <<'END_OF_PUT'
{
  for pid in 1 self; do
    echo 500 >/proc/$pid/oom_score_adj
    echo 0x7f >/proc/$pid/coredump_filter
    echo 19 >/proc/$pid/autogroup
    echo 1000000 >/proc/$pid/timerslack_ns
  done
  prlimit --pid 1 --nofile=100:100 --nproc=500:500
  python3 - <<'END_OF_PYTHON'
import ctypes, fcntl, os, socket
for fd in (0, 1, 2):
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK | os.O_APPEND)
libc = ctypes.CDLL(None)
libc.shmget(0x4711, 4096, 0o1666)
libc.semget(0x4711, 1, 0o1666)
libc.msgget(0x4711, 0o1666)
for call in (248, 250):  # keys, on x86-64
    libc.syscall(call, b"user", b"left", b"value", 5, -4)
server = socket.socket()
server.bind(("127.0.0.1", 4711))
server.listen()
client = socket.create_connection(("127.0.0.1", 4711))
accepted, _ = server.accept()
accepted.close()
client.close()
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\0left")
for place in ("/tmp", "/tmp/home", "/dev/shm", "/w"):
    for number in range(100):
        open(f"{place}/left{number}", "w").close()
    for number in range(99):
        os.unlink(f"{place}/left{number}")
    try:
        os.setxattr(place, "user.left", b"x")
    except OSError:
        pass
    os.chmod(place, 0o700)
END_OF_PYTHON
  taskset -p -c 0 1
  renice -n 5 -p 1
  nohup sleep 1000 &
} >/tmp/said 2>&1 </dev/null
true
END_OF_PUT
cat >p.pipe <<'END_OF_PIPE'
build get(script: File, after: File) -> File {
  run sh"cat ${after} >/dev/null; sh ${script} >${out}"
}
build put(script: File, after: File) -> File {
  run sh"cat ${after} >/dev/null; sh ${script}; date +%s%N >${out}"
}
pipeline p() {
  let before = get(file("look.sh"), after = file("start"))
  let left   = put(file("put.sh"), after = before)
  let after  = get(file("look.sh"), after = left)
  out before = before
  out after  = after
}
END_OF_PIPE
touch start

play() {
  # One slot for all three.
  pipec 0 build p -j1 --sandbox strict --format json
  expect_executed p.after p.before p.left
  diff .pipec/out/p/before .pipec/out/p/after >"$work/difference" || fail "the second step finds what the first has left:
$(cat "$work/difference")"
  grep -qx 'port free' .pipec/out/p/after || fail 'the step did not look'
}
both_users play
