# behaviour 48
# A step that takes too long is killed with all its processes, and nothing of it is cached.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

marker="pipec-e2e-$$-$RANDOM"
cat >p.pipe <<END
build hang(src: File) -> File {
  timeout = 1s
  run sh"""
    echo partial > \${out}
    setsid sh -c 'sleep 1000; : $marker' &
    (trap '' TERM; exec sleep 1000) &
    exec sleep 1000
  """
}
pipeline p() { let hung = hang(file("a.txt")) }
END
echo a >a.txt
pipec 1 build p
expect_seen stderr '^error\[R1005\]'
! pgrep -f "$marker" >/dev/null || fail 'a process of the step is still there'
pipec 1 build p --format json
expect_executed p.hung
