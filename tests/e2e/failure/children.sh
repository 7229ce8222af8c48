# behaviour 49
# What a step leaves running is killed at its end, and cannot write into anything later.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

marker="pipec-e2e-$$-$RANDOM"
cat >p.pipe <<END
build make(src: File) -> File {
  run sh"""
    cp \${src} \${out}
    setsid sh -c '(while sleep 0.1; do echo late >> "\$1"; : $marker; done) &' sh \${out} >/dev/null 2>&1
  """
}
pipeline p() {
  let made = make(file("a.txt"))
  out made = made
}
END
echo a >a.txt
pipec 0 build p
! pgrep -f "$marker" >/dev/null || fail 'a process of the step is still there'
expect 'the output' a "$(cat .pipec/out/p/made)"
