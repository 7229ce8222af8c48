# Of the builds that wait for an environment only the newest stays; with --queue all do, in their
# order.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

for n in one two three four five six; do
  commit "$n"
  git worktree add --quiet --detach "$work/$n" HEAD
done
touch "$work/put"
start one
arrived put
start two
saw two 'waiting for `Live`, which is in use by execution '
start three
ended two 0
saw two 'superseded p.ship.live: while it waited for `Live`, execution [0-9a-z]* came with something newer'
saw three 'waiting for `Live`'
# Older by its commit, though it came later.
git -C "$work/two" commit --quiet --allow-empty -m 'on another branch'
git -C "$work/two" checkout --quiet --detach main~4
start two
ended two 0
saw two 'superseded p.ship.live: while it waited'
rm "$work/put"
ended one 0
ended three 0
expect 'the deploys' 'ONE THREE ' "$(deploys)"

touch "$work/put"
start four
arrived put
start five --queue
saw five 'waiting for `Live`'
start six --queue
saw six 'waiting for `Live`'
rm "$work/put"
for n in four five six; do ended "$n" 0; done
expect 'the deploys' 'ONE THREE FOUR FIVE SIX ' "$(deploys)"
[[ -z $(find "$work/state" -path '*.waiting/*') ]] || fail "somebody still waits: $(find "$work/state")"
