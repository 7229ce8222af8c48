# behaviour 78
# Collection is on by itself: a build that adds something removes what was not used for long, and
# keeps what it needs.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"

pipec 0 build p --format json
first=$(digest p.one)
for i in 1 2 3 4; do # the last three executions stay, so four more
  echo "$i" >a.txt
  pipec 0 build p
done
[[ -e $(blob "$first") ]] || fail 'the content of the first execution is gone already'
age 40
rm "$cache/cas/usage" # as if every part were due
# A build looks through as many parts as its time allows, on a busy machine only one; there are 256.
for ((build = 1; build <= 256; build++)); do
  echo "new $build" >a.txt
  pipec 0 build p
  [[ -e $(blob "$first") ]] || break
done
[[ ! -e $(blob "$first") ]] || fail 'what was not used for 40 days is still there'
pipec 0 build p --fail-on-miss --format json
expect_executed
expect 'the output' "$(printf 'new %s\nfirst' "$build")" "$(cat .pipec/out/p/two/deep/copy)"

# Its result is gone as well, and executing it says why.
echo a >a.txt
pipec 0 cache gc
pipec 0 build p --format json
expect_executed p.one p.two

# None is no limit.
age 4000
before=$(blobs)
PIPEC_CACHE_AGE=none pipec 0 cache gc --max-size none
expect 'the number of blobs' "$before" "$(blobs)"
