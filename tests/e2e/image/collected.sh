# behaviour 78
# The root of an image stays for as long as a running build uses it, whatever a collection is told;
# afterwards it goes, and is made again when it is needed.
# The cache is not cleared below a running build, unless that is forced; then too the next build is
# right.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

place=$(mktemp -d /var/tmp/pipec-e2e.XXXXXX)
remove_place() { rm -rf "$place"; }
at_exit+=(remove_place)
mkfifo "$place/gate" "$place/ready"
cas=$XDG_CACHE_HOME/pipec/cas
describe() { printf 'layer\nbusybox\nfile shared "what both have"\nlayer\nfile word %s\n' "$1"; }
layout used < <(describe used)
layout unused < <(describe unused)
cat >p.pipe <<END
use std.oci
environment Gate { paths = ["$place"] }
build word(img: Image, n: String) -> File {
  image = img
  run sh"cat /shared /word >\${out}; echo \${n} >>\${out}"
}
deploy wait(subject what: File, img: Image) {
  image = img
  run sh"echo >$place/ready; read -r opened <$place/gate; cat \${what} /word /shared"
}
pipeline p(n: String) {
  let img   = oci.layout(dir("used"))
  let first = word(img, n = n)
  stage s {
    let waited = wait(first, to = Gate, img = img)
    let second = word(img, n = "again \${n}")
  }
  out first = first
}
pipeline q(n: String) {
  let seen = word(oci.layout(dir("unused")), n = n)
  out seen = seen
}
END
kept_roots() { find "$cas/roots" -mindepth 2 -maxdepth 2 2>/dev/null | wc -l; }
age() { find "$cas/roots" -mindepth 2 -maxdepth 2 -exec touch -a -d "-$1 days" {} +; }
# start N: a build that waits in a step in the image.
start() {
  "$PIPEC" build p --n "$1" >"$work/out" 2>&1 </dev/null &
  build=$!
  while ! read -r -t 1 <>"$place/ready"; do
    kill -0 $build 2>/dev/null || fail "the build did not wait: $(cat "$work/out")"
  done
}

pipec 0 build p --n 0 --no-deploy
pipec 0 build q --n 0
expect 'the roots' 2 "$(kept_roots)"
age 40
start 1
pipec 0 cache gc --max-age 1s --max-size 1B
expect 'the roots while one is used' 1 "$(kept_roots)"
pipec 4 cache clear
expect_seen stderr 'a running build uses the cache'
pipec 0 cache verify
echo >"$place/gate"
wait $build || fail "the build failed: $(cat "$work/out")"
expect 'what the step in the image saw' 'what both haveused1' "$(tr -d '\n' <.pipec/out/p/first)"

# Nobody uses it any more, nor what it shared.
age 40
pipec 0 cache gc
expect 'the roots' 0 "$(kept_roots)"
expect 'the files that roots share' 0 "$(find "$cas/root-files" -type f | wc -l)"
expect 'what is half-written' '' "$(find "$cas/tmp" -mindepth 1)"
pipec 0 build q --n 1
expect 'what the step in the image saw' 'what both haveunused1' "$(tr -d '\n' <.pipec/out/q/seen)"
pipec 0 cache verify

# By force: the build goes on somehow, perhaps from its beginning, and through the gate again; the
# next one is right.
start 2
pipec 0 cache clear --force
exec 8<>"$place/gate" 9<>"$place/ready"
yes >&8 & opener=$!
wait $build || true
kill $opener
pipec 0 cache gc
expect 'what is half-written' '' "$(find "$cas/tmp" -mindepth 1)"
pipec 0 build p --n 3 --no-deploy
expect 'what the step in the image saw' 'what both haveused3' "$(tr -d '\n' <.pipec/out/p/first)"
pipec 0 cache verify
