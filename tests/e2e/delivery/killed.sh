# behaviour 72
# What a killed deploy left is unknown, and said to be; a person can go back from there without a
# build.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

commit one; build 0 --state-dir "$work/state"
one=$(json '.nodes[] | select(.label == "p.ship.live").key')
commit two
touch "$work/put"
start w
arrived put
kill -KILL "${builds[w]}"
ended w 137
rm "$work/put"
pipec 0 envs --state-dir "$work/state"
expect_seen stdout "^p.pipe:Live +unknown +$(git rev-parse --short=12 HEAD) .* was begun, and has not ended well; stable was release ${one:7:12}$"
pipec 0 history Live --state-dir "$work/state"
expect_seen stdout ' deploy .* unfinished '
# Something older does not come back by itself: nobody knows how far the newer one came.
git checkout --quiet --detach HEAD~1
build 0 --state-dir "$work/state"
expect 'the deploy' superseded "$(state p.ship.live)"
pipec 0 rollback Live --state-dir "$work/state"
expect_seen stderr "\`Live\` was rolled back to release ${one:7:12}; release .* is held back"
expect 'what is live' ONE "$(live)"
git checkout --quiet main
build 3 --state-dir "$work/state"
expect 'the deploy' held "$(state p.ship.live)"
