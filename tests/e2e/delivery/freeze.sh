# A frozen environment is left alone by everybody, until the time that was said or until somebody
# lifts it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

commit one; build 0
first=$(about .recorded)
commit two; build 0
pipec 0 freeze Live --reason 'a fair' --for 2d
expect_seen stderr '^frozen: `Live`, until 20'
commit three
build 3
expect 'the deploy' held "$(state p.ship.live)"
expect_seen stderr "\`Live\` is frozen by $(id -un) \(a fair\) until 20.*: \`pipec unfreeze Live\` lifts it"
pipec 3 rollback Live --to "$first"
expect_seen stderr '^held: `Live` is frozen'
expect 'what is live' TWO "$(live)"
pipec 0 envs
expect_seen stdout "frozen by $(id -un) \(a fair\) until 20"
pipec 0 unfreeze Live --format json
expect 'the document' 'pipec.environment/1 true null' "$(json '"\(.schema) \(.changed) \(.freeze)"')"
expect_seen stderr "unfrozen: \`Live\`, which $(id -un) had frozen \(a fair\)"
pipec 0 unfreeze Live
expect_seen stderr '`Live` is not frozen'
build 0
expect 'what is live' THREE "$(live)"

# What is there may be looked at; a time that is over is no freeze.
pipec 0 freeze Live
expect_seen stderr '^frozen: `Live`, until `pipec unfreeze Live`'
build 0
pipec 2 freeze Live --until 2020-01-01
expect_seen stderr '`--until 2020-01-01` is over already'
pipec 2 freeze Live --until 2030-02-31
expect_seen stderr '`2030-02-31` is no time; write 2026-12-24'
pipec 2 freeze Live --until 2030-01-01 --for 1h
pipec 0 freeze Live --until 2030-01-01T08:00Z --format json
expect 'until when' 1893484800000 "$(json .freeze.until_ms)"
pipec 0 freeze Live --for 1ms
commit four
build 0
expect 'what is live' FOUR "$(live)"
