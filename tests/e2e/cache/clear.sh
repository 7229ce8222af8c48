# `pipec cache clear` empties the cache but for what environments need, and never touches the deploy
# state or a cache that a build uses; `--all` says what is lost.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

mkdir "$work/target"
mkfifo "$work/gate" "$work/ready"
cat >>p.pipe <<END
environment Target { paths = ["$work"] }
deploy install(subject what: Dir) { run sh"cp -r \${what}/. $work/target" }
deploy wait(subject what: File) { run sh"echo > $work/ready; cat $work/gate" }
pipeline live() { stage s { let made = install(second(first(file("a.txt"))), to = Target) } }
pipeline slow() { stage s { let made = wait(first(file("a.txt")), to = Target) } }
END
pipec 0 build p live
state=$(sqlite3 .pipec/state.db 'SELECT * FROM environments; SELECT sequence, result FROM log')
[[ $state ]] || fail 'there is no deploy state'
pipec 0 cache clear
expect_seen stderr '` is empty but for .*: 1 release of `Target` needs it; `--all` removes that too$'
expect 'the number of blobs' 3 "$(blobs)" # the folder that was deployed, the one in it, and the file
pipec 0 cache verify
expect 'the deploy state' "$state" "$(sqlite3 .pipec/state.db 'SELECT * FROM environments; SELECT sequence, result FROM log')"
expect 'the copy' $'a\nfirst' "$(cat .pipec/out/p/two/deep/copy)"

pipec 0 plan p
expect_seen stdout '^would execute *p.one: the cache was cleared at 20[0-9-]{8}T[0-9:]{8}Z$'
pipec 0 build p --format json
expect_executed p.one p.two
pipec 0 build live --format json
expect 'the deploy' cached "$(state live.s.made)" # what is there is what is wanted

"$PIPEC" build slow >"$work/out" 2>&1 </dev/null &
build=$!
read -r <"$work/ready"
pipec 4 cache clear
expect_seen stderr 'a running build uses the cache'
echo >"$work/gate"
wait $build || fail "the build failed: $(cat "$work/out")"
pipec 0 build p --fail-on-miss
