# A root file system that somebody has changed by hand is found out by the next build, and made
# anew; `cache verify` names it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

layout layout <<'END'
layer
busybox
dir data mode=0755
file data/word "as it was" mode=0644
file data/other "as it was" mode=0755
link data/link word
END
cat >p.pipe <<'END'
use std.oci
build look(img: Image, n: String) -> File {
  image = img
  run sh"(cd /data; ls; stat -c '%n %a %s %N' *; cat *) >${out}; echo ${n} >/dev/null"
}
pipeline p(n: String) {
  let seen = look(oci.layout(dir("layout")), n = n)
  out seen = seen
}
END
pipec 0 build p --n 0
want=$(cat .pipec/out/p/seen)
n=0
for change in 'echo more >>word' 'echo AS IT WAS >word' 'chmod 600 word' 'echo x >added' 'rm other' 'mv word other' 'ln -sfn other link' \
  'mv other o && mkfifo other' 'rm ../bin/sh' 'rmdir ../tmp' 'chmod 700 .' 'echo x >../etc/passwd' 'echo x >../../manifest' 'rm -r ../../root' 'rm ../../manifest'; do
  data=$(echo "$XDG_CACHE_HOME"/pipec/cas/roots/*/*/root/data)
  (cd "$data" && eval "$change")
  pipec 1 cache verify
  expect_seen stdout '^cas/roots/.* is not what the image has there'
  pipec 0 build p --n $((++n))
  expect "what is seen after \`$change\`" "$want" "$(cat .pipec/out/p/seen)"
  pipec 0 cache verify
done
expect 'what is half-written' '' "$(find "$XDG_CACHE_HOME/pipec/cas/tmp" -mindepth 1)"
