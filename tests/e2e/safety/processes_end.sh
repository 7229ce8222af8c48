# behaviour 48
# However a step ends, none of its processes is left: in the background, in another session, forked
# twice, deaf to signals.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

marker="pipec-e2e-$$-$RANDOM"
runaways="
    sh -c 'sleep 1000; : $marker' &
    setsid sh -c 'sleep 1000; : $marker' &
    (trap '' TERM HUP INT; exec sh -c 'while :; do sleep 1000; done; : $marker') &
    perl -e 'use POSIX; fork and exit; setsid; fork and exit; exec qw(sh -c), q(sleep 1000; : $marker)'
    perl -e '\$SIG{\$_} = q(IGNORE) for keys %SIG; \$0 = q($marker); POSIX::close(\$_) for 0 .. 9; sleep 1000' -MPOSIX &
    until [ \$(pgrep -cf $marker) -ge 6 ]; do sleep 0.01; done"
cat >p.pipe <<END
build good(src: File) -> File { run sh"""$runaways
    cp \${src} \${out}
  """ }
build bad(src: File) -> File { run sh"""$runaways
    cp \${src} \${out}; kill -SEGV \$\$
  """ }
build late(src: File) -> File {
  timeout = 500ms
  run sh"""$runaways
    cp \${src} \${out}; trap '' TERM; while :; do wait; sleep 1000; done
  """
}
build stuck(src: File) -> File { run sh"""$runaways
    cp \${src} \${out}; trap '' TERM; while :; do wait; sleep 1000; done
  """ }
END
cat >>p.pipe <<'END'
pipeline ends() { let a = good(file("a.txt")) }
pipeline dies() { let a = bad(file("a.txt")) }
pipeline hangs() { let a = late(file("a.txt")) }
pipeline stays() { let a = stuck(file("a.txt")) }
END
echo a >a.txt
build=''
end_build() { [[ ! $build ]] || kill -KILL "$build" 2>/dev/null; }
at_exit+=(end_build)

# until_there: all of them have begun.
until_there() { until (($(pgrep -cf "$marker" || true) >= 6)); do sleep 0.02; done; }

# expect_none: of those that carry the marker, this scenario's own command line aside.
expect_none() { ! pgrep -f "$marker" >/dev/null || fail "after $1 there are: $(pgrep -af "$marker")"; }

for isolation in strict off; do
  pipec 0 build ends --force --sandbox $isolation
  expect_none "a good end ($isolation)"
  pipec 1 build dies --sandbox $isolation
  expect_seen stderr 'was killed by signal 11'
  expect_none "a death ($isolation)"
  pipec 1 build hangs --sandbox $isolation
  expect_seen stderr 'R1005'
  expect_none "a timeout ($isolation)"
  # Two signals at once: there is nothing to wait for.
  "$PIPEC" build stays --sandbox $isolation 2>"$work/seen/stderr" &
  build=$!
  until_there
  kill -TERM $build
  kill -INT $build
  code=0
  wait $build || code=$?
  expect 'the exit code' 130 "$code"
  expect_none "an interrupt ($isolation)"
done

# Of a pipec that is killed itself nobody is left to wait for; the kernel, or the helper, ends them.
"$PIPEC" build stays --sandbox strict 2>"$work/seen/stderr" &
build=$!
until_there
kill -KILL $build
wait $build 2>/dev/null || true
until ! pgrep -f "$marker" >/dev/null; do sleep 0.02; done
