# What an environment shows of itself is asked by hand, shown, and never healed silently; the next
# deploy acts on it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

commit one; build 0
release=$(about .recorded)
pipec 0 envs --probe --format json
expect 'what is shown' "true false ${release#sha256:}" "$(json '.environments[0] | "\(.probed) \(.drifted) \(.observed)"')"
mv p.pipe p.txt # as recorded: no pipeline is asked
echo other >"$target/release"
pipec 1 envs --probe
expect_seen stdout 'drifted: it shows `other`'
expect 'what is live' other "$(cat "$target/release")"
expect 'the deploys' 'ONE ' "$(deploys)"
pipec 0 envs # recorded, until it is asked again
expect_seen stdout 'drifted: it shows `other`'
: >"$target/release"
pipec 1 envs --probe Live
expect_seen stdout 'drifted: it shows no release at all'
rm "$target/release"
pipec 1 envs --probe
expect_seen stderr 'the probe of `Live`: .*'
mv p.txt p.pipe
echo other >"$target/release"
build 0
expect_executed p.ship.live p.ship.seen
expect 'why' "\`Live\` shows \`other\`, not release ${release:7:12}" "$(json '.nodes[] | select(.label == "p.ship.live").reason')"
expect 'the release that is shown' "${release#sha256:}" "$(cat "$target/release")"
pipec 0 envs --probe
build 0
expect_executed

# Asking waits for who uses the environment, but not for ever.
touch "$work/put" "$work/look"
commit two
"$PIPEC" build p --root "$target" >"$work/seen/build" 2>&1 &
arrived put
pipec 0 envs --probe # what is there is unknown, so there is nothing to ask
expect_seen stdout '^p.pipe:Live +unknown .* was begun, and has not ended well'
rm "$work/put"
arrived look
pipec 1 envs --probe --wait 100ms
expect_seen stderr '^waiting for `Live`, which is in use by execution '
expect_seen stderr '`Live` was in use by another pipec for 0 s'
rm "$work/look"
wait $! || fail "the build failed: $(cat "$work/seen/build")"
pipec 0 envs --probe
