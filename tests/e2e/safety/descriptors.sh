# behaviour 61
# A step has descriptors 0 to 2 and an empty standard input; pipec works with its own closed.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build look(src: File) -> File {
  run sh"""
    ls /proc/self/fd | grep -v '^3$' | tr '\n' ' ' > ${out}
    wc -c >> ${out}
  """
}
pipeline p() {
  let seen = look(file("a.txt"))
  out seen = seen
}
END
echo a >a.txt
exec 7<a.txt 9>other
pipec 0 build p
expect 'what the step saw' '0 1 2 0' "$(cat .pipec/out/p/seen)"
echo b >a.txt
"$PIPEC" build p <&- 2>"$work/seen/stderr" || fail 'it fails without a standard input'
echo c >a.txt
"$PIPEC" build p <&- >&- 2>&- || fail 'it fails without any standard stream'
expect 'what the step saw' '0 1 2 0' "$(cat .pipec/out/p/seen)"
