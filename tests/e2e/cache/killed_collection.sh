# behaviour 78
# A collection that is killed at any moment leaves a cache that is right, and the next one goes on.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"

pipec 0 build p
# Content that nobody needs; a store never looks into what it removes.
mkdir "$work/filler"
(cd "$work/filler" && for part in {0..9}{0..9} a{0..9} b{0..9}; do
  mkdir "$part" && (cd "$part" && seq -f "%062.0f" 1 400 | xargs touch -d '-40 days')
done)
cp -a "$work/filler/." "$cache/cas/blobs"
before=$(blobs)
kills=0
while (($(blobs) > before / 10)); do
  now=$(blobs)
  "$PIPEC" cache gc >/dev/null 2>&1 </dev/null &
  collection=$!
  while kill -0 $collection 2>/dev/null && (($(blobs) == now)); do :; done
  kill -KILL $collection 2>/dev/null && kills=$((kills + 1))
  wait $collection 2>/dev/null || true
  pipec 0 build p --fail-on-miss --format json
  expect_executed
  ((kills < 5)) || break
done
((kills > 0)) || fail 'no collection was killed while it removed something'
pipec 0 cache gc
pipec 0 cache stats --format json
expect 'what is left' "$(json .blobs)" "$(blobs)"
expect 'what killed ones have left' 0 "$(find "$cache/cas/tmp" -mindepth 1 | wc -l)"
pipec 0 cache verify
pipec 0 build p --fail-on-miss
