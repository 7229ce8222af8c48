# A user without privileges runs steps in images, whoever owns the files in them.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

as_somebody=()
((EUID)) || as_somebody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
layout layout <<'END'
layer
busybox
dir closed mode=0700 uid=0
file closed/file "kept from others" mode=0600 uid=33 gid=44
dir unreadable mode=0000 uid=5
file unreadable/file x mode=0000
file set x mode=6755
char null 1 3
END
cat >p.pipe <<'END'
use std.oci
build look(img: Image) -> File {
  image = img
  run sh"cat /closed/file /unreadable/file >${out}; stat -c %a /set >>${out}"
}
pipeline p() {
  let img  = oci.layout(dir("layout"))
  let seen = look(img)
  out seen = seen
}
END
((EUID)) || chown -R 65534:65534 "$work"
chmod 755 "$work"
run() {
  local got=0
  last="$*"
  "${as_somebody[@]}" "$PIPEC" "$@" >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null || got=$?
  expect 'the exit code' 0 "$got"
}
run build p --format json
expect_executed p.img p.seen
expect 'what the step sees' 'kept from othersx755' "$(tr -d '\n' <.pipec/out/p/seen)"
run build p --format json
expect_executed
run cache stats --format json
expect 'the roots in the cache' 1 "$(json .images)"
run cache clear
[[ ! -e $XDG_CACHE_HOME/pipec/cas/roots ]] || expect 'what is left of the roots' '' "$(find "$XDG_CACHE_HOME/pipec/cas/roots" -type f)"
