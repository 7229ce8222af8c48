# behaviour 53
# An interrupt ends all children, keeps what was finished, and the next run goes on from there.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

marker="pipec-e2e-$$-$RANDOM"
cat >p.pipe <<END
build quick(src: File) -> File { run ["cp", src, out] }
build slow(src: File) -> File {
  run sh"cp \${src} \${out}; sh -c 'sleep 1000; : $marker'"
}
pipeline p() {
  let first  = quick(file("a.txt"))
  let second = slow(first)
}
END
echo a >a.txt
"$PIPEC" build p 2>"$work/seen/stderr" &
until pgrep -f "$marker" >/dev/null; do sleep 0.05; done
kill -INT $!
code=0
wait $! || code=$?
expect 'the exit code' 130 "$code"
! pgrep -f "$marker" >/dev/null || fail 'a process of the step is still there'
sed -i 's/; sh -c .*"$/"/' p.pipe
pipec 0 build p --format json
expect_executed p.second
