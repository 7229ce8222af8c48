# behaviour 75
# A rollback puts stored artifacts back: no checkout, no build, though the pipeline is gone and the
# results are forgotten; and the next automatic run does not undo it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

commit one; build 0
first=$(about .recorded)
commit two; build 0
second=$(about .recorded)
commit three; build 0
third=$(about .recorded)
expect 'what is live' THREE "$(live)"

# The last stable release runs already: which one then has to be said.
pipec 2 rollback Live
expect_seen stderr '`Live` runs its stable release '"${third:7:12}"' already; further back are:'
expect_seen stderr "pipec rollback Live --to ${second:7:12} +\(commit $(git rev-parse --short=12 HEAD~1)\)"
pipec 2 rollback Live --to feed
expect_seen stderr 'no release `feed` was ever stable in `Live`; these were:'
pipec 2 rollback Lives --to "$first"
expect_seen stderr 'there is no environment `Lives`; did you mean `Live`\?'

# The branch, the pipeline and all results are gone.
mv p.pipe p.txt
git checkout --quiet --orphan empty
rm -f a.txt "$XDG_CACHE_HOME"/pipec/actions.db* .pipec/history.db*
pipec 0 rollback Live --to "${first:7:8}" --reason 'the prices are wrong'
expect_seen stderr '`Live` was rolled back to release '"${first:7:12}"'; release '"${third:7:12}"' is held back until it changes, or `pipec unhold Live`'
expect 'what is live' ONE "$(live)"
expect 'the deploys' 'ONE TWO THREE ONE ' "$(deploys)"
expect 'what is recorded' "$first" "$(about .recorded)"
expect 'what is stable' "$first" "$(about .stable)"
expect 'the commit' "$(git rev-parse main~2)" "$(about .commit)"
expect 'the hold' "$third by $(id -un): the prices are wrong" "$(about '.hold | "\(.release) \(.reason)"')"
pipec 0 history Live --format json
expect 'the log' 'rollback deploy deploy deploy ' "$(json '.entries[].kind' | tr '\n' ' ')"
expect 'the execution of what was done by hand' '' "$(json '.entries[0].execution')"
pipec 0 rollback Live --to "$first" --format json
expect 'the state of a rollback with nothing to do' "succeeded: \`Live\` runs release ${first:7:12} already" "$(json '"\(.state): \(.reason)"')"

# The automatic run comes again: it does not bring the release back until a person lets it, or it
# changes.
git checkout --quiet -f main
rm p.txt
build 3
expect 'the deploy' held "$(state p.ship.live)"
expect_seen stderr 'was rolled back from `Live` \(by .*: the prices are wrong\): change it, or `pipec unhold Live`'
expect 'what is live' ONE "$(live)"
pipec 0 unhold Live
expect_seen stderr "lifted: release ${third:7:12} may be deployed to \`Live\` again"
build 0
expect 'what is live' THREE "$(live)"
pipec 0 unhold Live --format json
expect 'whether there was a hold' false "$(json .changed)"
pipec 0 rollback p.pipe:Live --to "$second"
commit four
build 0
expect 'what is live' FOUR "$(live)"
expect 'the hold' null "$(about .hold)"

# Without the content there is no way back, and nothing is begun.
pipec 0 cache clear --all
pipec 1 rollback Live --to "$first"
expect_seen stderr '`Live` was not rolled back: the content of its releases is no longer in the content store'
expect 'what is recorded' FOUR "$(live)"
expect 'the generation' 7 "$(about .generation)"
