# behaviour 76
# A live test that fails leaves its environment marked and does what its policy says; what it said
# ends with the generation.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

commit good; build 0
good=$(about .recorded)
expect 'what the tests said' pass "$(about .verified)"

# OnFail.rollback: back to the stable release, which nobody has tested in this generation.
commit bad; build 1
bad=$(json '.nodes[] | select(.label == "p.ship.live").key')
expect 'the test' failed "$(state p.ship.seen)"
expect 'what is live' GOOD "$(live)"
expect 'the mark' "$good none 3 $bad" "$(about '"\(.recorded) \(.verified) \(.generation) \(.hold.release)"')"
pipec 0 history Live --format json
expect 'the log' 'rollback deploy deploy ' "$(json '.entries[].kind' | tr '\n' ' ')"
build 3
expect 'the deploy' held "$(state p.ship.live)"

# The result of an earlier generation counts for nothing: the good page is looked at again.
git revert --no-edit HEAD >"$work/seen/git"
build 0
expect_executed p.ship.live p.ship.seen
expect 'the mark' "$good pass" "$(about '"\(.recorded) \(.verified)"')"
build 0
expect_executed

# OnFail.stop: marked, and left as it is; the same release is deployed again, for it was never good.
sed -i 's/OnFail.rollback/OnFail.stop/' p.pipe
commit 'bad again'; build 1
expect 'what is live' 'BAD AGAIN' "$(live)"
expect 'the mark' "fail $good" "$(about '"\(.verified) \(.stable)"')"
pipec 0 envs
expect_seen stdout "^p.pipe:Live .* fail +stable was release ${good:7:12}$"
build 1
expect_executed p.ship.live p.ship.seen
# A person takes it back.
pipec 0 rollback Live
expect 'what is live' GOOD "$(live)"
expect 'the mark' "$good none" "$(about '"\(.recorded) \(.verified)"')"
