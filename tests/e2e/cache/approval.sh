# behaviour 78
# What waits for an approval, or has one, stays, though nobody has built there for long.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/gate.bash"

cache=$XDG_CACHE_HOME/pipec
content() { json '.nodes[] | select(.label == "p.page").outputs[0].digest'; }
build 3
first=$(content)
[[ $first ]] || fail "there is no content"
pipec 0 approve p.ship.approved
echo two >a.txt
build 3
second=$(content)
find "$cache/cas/blobs" "$cache/workspaces" -type f -exec touch -d '-400 days' {} +
rm -r "$cache/cas/usage" .pipec/history.db*
pipec 0 cache gc --format json
[[ $(json .removed.blobs) -gt 0 ]] || fail 'nothing was removed'
for digest in "$first" "$second"; do
  [[ -e $cache/cas/blobs/${digest:7:2}/${digest:9} ]] || fail 'what an approval is about is gone'
done
