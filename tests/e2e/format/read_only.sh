# A file that may not be written stays as it is, although its folder could be written.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

as=()
if [[ $EUID == 0 ]]; then
  # Root may write everything, so somebody else tries.
  as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
fi
cp "$PIPEC" "$work/pipec"
printf 'let  x=1\n' >a.pipe
chmod 444 a.pipe
if [[ $EUID == 0 ]]; then
  chown -R 65534:65534 "$work"
fi
got=0
"${as[@]}" "$work/pipec" fmt a.pipe 2>"$work/seen/stderr" || got=$?
expect 'the exit code' 4 "$got"
expect_seen stderr 'cannot write `a.pipe`: Permission denied'
expect 'the file' 'let  x=1' "$(<a.pipe)"
