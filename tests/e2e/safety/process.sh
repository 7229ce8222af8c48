# A step's process is the same whoever starts pipec, from wherever, and with whatever settings
# (docs/sandbox.md, Process).
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build look(src: File) -> File {
  run sh"""
    exec > ${out}
    cat ${src}
    env
    id
    hostname
    umask
    ulimit -c
    ulimit -s
    ulimit -n
    pwd
    wc -c < /dev/stdin
    ls /proc/self/fd | grep -v '^3$' | tr '\n' ' '
    for fd in 1 2; do readlink /proc/self/fd/$fd | sed 's/:.*//'; done
    cut -d ' ' -f 7 /proc/self/stat
    grep -E '^(SigBlk|SigIgn|Cap[A-Z][a-z]*|NoNewPrivs)' /proc/self/status
    awk '{ print ($6 > 0) }' /proc/self/stat
    nproc
    sed 's/ .*//' /proc/self/maps
    ls -A / /tmp /w /dev/shm ~
    set -- /proc/[0-9]*
    echo $#
    stat -c '%U %a %y' ${src}
    sh -c 'echo $$'
    test ! -e /dev/tty || echo there is a terminal
  """
}
pipeline p() {
  let seen = look(file("a.txt"))
  out seen = seen
}
END
echo a >a.txt
pipec 0 build p
cp .pipec/out/p/seen "$work/plain"
for line in 'HOME=/tmp/home' 'LANG=C.UTF-8' 'LOGNAME=pipec' 'PATH=/usr/bin:/bin:/usr/sbin:/sbin' 'PYTHONHASHSEED=0' \
  'SOURCE_DATE_EPOCH=946684800' 'TMPDIR=/tmp' 'TZ=UTC0' 'USER=pipec' 'uid=1000\(pipec\) gid=1000\(pipec\).*' 'pipec' '0022' \
  '16384' '8192' '/w' '0 1 2 pipe' "$(nproc)" 'pipec 644 2000-01-01 00:00:00.000000000 \+0000' 'NoNewPrivs:	1' 'SigBlk:	0000000000000000'; do
  grep -Eqx "$line" "$work/plain" || fail "the step does not see: $line
$(cat "$work/plain")"
done
! grep -q 'there is a terminal' "$work/plain" || fail 'there is a terminal'

# Everything that a process inherits is another: variables, mask, limits, signals, descriptors,
# folder, priority, group.
mkdir -p "$work/elsewhere"
sed -i 's/^pipeline p/pipeline q/' p.pipe
(
  export TZ=Asia/Tokyo LANG=de_DE.UTF-8 LC_ALL=C HOME=$work/elsewhere USER=root LOGNAME=root TMPDIR=$work/elsewhere PATH=$PATH:/opt \
    SOURCE_DATE_EPOCH=1 LEAK=leak PYTHONHASHSEED=7 XDG_CACHE_HOME=$work/other_cache
  umask 077
  ulimit -c 0
  ulimit -Sn 256
  ulimit -Ss 4096
  trap '' HUP INT QUIT PIPE USR1 USR2
  exec 5<a.txt 77>"$work/elsewhere/leak"
  cd "$work/elsewhere"
  nice -n 3 setsid --wait "$PIPEC" build -C "$work/w" q >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/zero
) || fail 'it fails in other circumstances'
cmp "$work/plain" .pipec/out/q/seen || fail "the step sees something else:
$(diff "$work/plain" .pipec/out/q/seen)"
