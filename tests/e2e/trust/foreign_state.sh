# behaviour 88
# State that somebody else's pipec has made is not believed: what kept.json lists is not removed,
# the history is not read, a cache's results are not taken. It is set aside, once, with one line,
# and `pipec trust` takes it back.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/trust/trust.bash"

somebody_builds "$work/theirs" p
rm -rf .pipec
cp -r "$work/theirs/.pipec" .
mkdir -p .pipec/out/mine
echo mine >.pipec/out/mine/file
jq '.outputs += [.outputs[0] | .path = "mine/file" | .module = "gone.pipe"]' "$work/theirs/.pipec/kept.json" >.pipec/kept.json
before_looking=$(cd .pipec && find . -type f -exec md5sum {} + | LC_ALL=C sort)

pipec 0 plan p
expect_seen stderr '^warning: `\.pipec` has state that your pipec has not made .*history\.db.*`pipec trust`'
pipec 0 executions
expect 'executions that are not believed' '' "$(grep -E '^[0-9a-z]{12}' "$work/seen/stdout" || true)"
expect 'what looking changed' "$before_looking" "$(cd .pipec && find . -type f -exec md5sum {} + | LC_ALL=C sort)"

pipec 0 build p --format json
expect_executed p.copied
expect 'the lines about it' 1 "$(grep -c 'pipec trust' "$work/seen/stderr")"
expect 'a file that kept.json listed' mine "$(cat .pipec/set-aside-1/out/mine/file)"
[[ -e .pipec/set-aside-1/history.db && -e .pipec/set-aside-1/kept.json ]] || fail 'something was removed instead of set aside'
pipec 0 build p --format json
expect_executed
expect 'the lines in the second build' 0 "$(grep -c 'pipec trust' "$work/seen/stderr" || true)"

# Adopted: the old executions are there, the new ones in what was replaced.
pipec 0 trust
expect_seen stderr 'history\.db'
pipec 0 executions
expect 'executions that are believed' 1 "$(grep -cE '^[0-9a-z]{12}' "$work/seen/stdout")"
[[ -e .pipec/replaced-1/history.db && ! -e .pipec/set-aside-1 ]] || fail 'what was there was lost'
pipec 0 build p
expect 'the lines after trust' 0 "$(grep -c 'pipec trust' "$work/seen/stderr" || true)"
pipec 0 trust
expect_seen stderr 'these pipelines want nothing that is not granted'

# One's own checkout, moved or copied, is one's own.
cp -r . "$work/copy"
cd "$work/copy"
pipec 0 executions
expect 'executions of the copy' 2 "$(grep -cE '^[0-9a-z]{12}' "$work/seen/stdout")"
expect 'lines about the copy' '' "$(cat "$work/seen/stderr")"

# A number that somebody made up is not one's own.
echo 00000000000000000000000000000000 >.pipec/id
pipec 0 executions
expect_seen stderr 'your pipec has not made'
