# A request that was not answered in time is asked again by the next build; a verdict counts as long
# as it says.
gate='  timeout = 1ms'
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/gate.bash"

build 3
until [[ $(date +%s%3N) -gt $(($(stat -c %Y .pipec/state.db) * 1000 + 1001)) ]]; do sleep 0.05; done
pipec 2 approve p
expect_seen stderr 'the time to decide on `p.ship.approved` is over; building it again asks again'
build 1 --wait-approval
expect_seen stderr 'error\[R1008\]: nobody answered in time'
sed -i 's/timeout = .*/timeout = 1h/' p.pipe
build 3
pipec 2 approve p --expires soon
expect_seen stderr '`soon` is no duration'
pipec 0 approve p --expires 1ms
until [[ $(date +%s%3N) -gt $(($(stat -c %Y .pipec/state.db) * 1000 + 1001)) ]]; do sleep 0.05; done
build 3
expect 'the approval' held "$(state p.ship.approved)"
pipec 0 approve p --expires 1h
build 0
expect 'what is live' ONE "$(live)"
