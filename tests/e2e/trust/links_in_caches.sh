# behaviour 88
# No link in a cache leads anywhere, be it the workspace's own or one that is named: nothing outside
# is made, removed or moved.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/trust/trust.bash"

in_place() {
  mkdir -p ".pipec/$(dirname "$1")"
  rm -rf ".pipec/${1:?}"
  ln -s "$2" ".pipec/$1"
}

# The cache in the workspace is used where there is no home and no other cache: in it, too, no link
# leads anywhere.
for place in cache/cas cache/cas/tmp cache/cas/blobs cache/cas/trees cache/cas/roots cache/steps cache/sandbox cache/workspaces \
  cache/actions.db cache/files.db cache/cas/lease cache/cas/collector.lock; do
  for command in 'cache stats' 'cache gc' 'cache verify' 'plan p' 'build --no-deploy p' 'executions' 'get p.copied -o copy'; do
    start_anew
    in_place "$place" "$outside/folder"
    # shellcheck disable=SC2086  # words
    env -u XDG_CACHE_HOME -u HOME XDG_STATE_HOME="$work/state" "$PIPEC" $command >/dev/null 2>&1 || true
    expect_untouched "after $command with .pipec/$place"
    rm -f copy
  done
done

# The same for a cache that is named, in which nothing is believed less.
for place in cas cas/tmp cas/blobs cas/trees cas/roots steps sandbox workspaces actions.db files.db cas/lease cas/collector.lock; do
  for command in 'cache stats' 'cache gc' 'cache verify' 'plan p' 'build --no-deploy p'; do
    start_anew
    mkdir -p "$work/named/$(dirname "$place")"
    ln -s "$outside/folder" "$work/named/$place"
    # shellcheck disable=SC2086  # words
    "$PIPEC" $command --cache-dir "$work/named" >/dev/null 2>&1 || true
    expect_untouched "after $command with $place in the cache"
    rm -rf "$work/named"
  done
done
