# An identity is one printable line and no option, whether `resolve` answers it or `pipe.lock` pins
# it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its source reads a folder outside of the workspace

cat >p.pipe <<END
source fetch() -> File {
  paths = ["$work/up"]
  resolve sh"cat $work/up/answer"
  run     sh"echo ran; echo \${id} > \${out}"
}
pipeline p() { out it = fetch() }
END
mkdir "$work/up"
echo good >"$work/up/answer"
pipec 0 pin
cp pipe.lock "$work/lock"
for identity in -u --upload-pack=x $'good\n--option' $'good\rbad' $'a\e[2Jb' $'a\tb' "$(printf 'a%.0s' {1..5000})"; do
  jq --arg identity "$identity" '.sources[0].identity = $identity' "$work/lock" >pipe.lock
  pipec 2 build
  expect_seen stderr 'error\[E0213\]: in `pipe.lock`, the identity of `p.pipe:p.it` (begins with|has|is longer)'
  ! grep -qF -e "$identity" "$work/seen/stderr" || fail 'the identity is shown'
  rm pipe.lock
  printf '%s' "x$identity" >"$work/up/answer"
  [[ $identity == -* ]] && printf '%s' "$identity" >"$work/up/answer"
  pipec 1 build
  expect_seen stderr 'error\[R1028\]: .*the identity that it prints (begins with|has|is longer)'
  ! grep -q '^ran' "$work/seen/stdout" "$work/seen/stderr" || fail 'it was fetched'
done
