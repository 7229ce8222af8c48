# behaviour 73
# An older commit never takes the place of a newer one, from whatever work tree; only a rollback
# puts it back.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

shared() { local code=$1; shift; build "$code" --state-dir "$work/state" "$@"; }
commit one; shared 0
commit two
git worktree add --quiet --detach "$work/older" HEAD~1
shared 0
two=$(git rev-parse HEAD)

cd "$work/older"
one=$(git rev-parse HEAD)
pipec 0 plan p --root "$target" --state-dir "$work/state"
expect_seen stdout "^superseded +p.ship.live: \`Live\` has something newer \(commit ${one:0:12} is an ancestor of ${two:0:12}\); \`pipec rollback Live\` puts an older release back"
shared 0
expect 'the deploy' superseded "$(state p.ship.live)"
expect 'the live test' skipped "$(state p.ship.seen)"
expect_last 'superseded'
pipec 0 executions --format json
expect 'the state of the execution' superseded "$(json '.executions[0].state')"
echo changed >a.txt # still the older commit
shared 0
expect 'the deploy' superseded "$(state p.ship.live)"
expect 'what is live' TWO "$(live)"
pipec 0 history Live --state-dir "$work/state" --format json
expect 'the log' 'superseded superseded succeeded succeeded ' "$(json '.entries[].result' | tr '\n' ' ')"
pipec 0 envs --state-dir "$work/state" --format json
expect 'what is there' "$two 2" "$(json '.environments[0] | "\(.commit) \(.generation)"')"

# One on another branch is no ancestor: the later look at the sources wins. The newest commit wins
# over all.
git commit --quiet -a -m other
shared 0
expect 'what is live' CHANGED "$(live)"
git merge --quiet --strategy=ours -m merge main
echo three >a.txt
git commit --quiet -a -m three
shared 0
expect 'what is live' THREE "$(live)"
cd "$work/w"
shared 0
expect 'the deploy' superseded "$(state p.ship.live)"
expect 'what is live' THREE "$(live)"

# The same release from an older commit is no other release, and does not make what is there older.
git checkout --quiet --detach HEAD~1
cp "$work/older/a.txt" a.txt
shared 0
expect 'the deploy' cached "$(state p.ship.live)"
git checkout --quiet -f main
shared 0
expect 'the deploy' superseded "$(state p.ship.live)"

# Also from a hook of another repository, whose variables are set.
GIT_DIR=$work/none shared 0
expect 'the deploy' superseded "$(state p.ship.live)"

# A rollback is how the older one comes back.
pipec 0 history Live --state-dir "$work/state" --format json
pipec 0 rollback Live --state-dir "$work/state" --to "$(json '.entries[] | select(.result == "succeeded").release' | tail -n 1)"
expect 'what is live' ONE "$(live)"
