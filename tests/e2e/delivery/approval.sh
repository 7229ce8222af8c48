# behaviour 74
# An approval lets through what it is about: one subject, at one gate, for the environments of that
# gate.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/gate.bash"

pipec 2 approve p.ship.approved
expect_seen stderr '`p.ship.approved` has not asked for an approval; nothing does'
build 3
expect 'the approval' held "$(state p.ship.approved)"
expect 'the deploy' skipped "$(state p.ship.live)"
expect_seen stderr '^held: p.ship.approved: waits for an approval \(Is it good\?\): `pipec approve p.ship.approved --subject '
expect 'what is live' nothing "$(live)"
first=$(subject)

# What nobody looked at is not let through by looking at something else.
echo two >a.txt
build 3
second=$(subject)
[[ $first != "$second" ]] || fail 'both sites have one subject'
pipec 2 approve p.ship.approved
expect_seen stderr 'several approvals; say which'
expect_seen stderr "p.ship.approved --subject $first"
expect_seen stderr "p.ship.approved --subject $second"
pipec 2 approve p.ship.approved --subject 0123456789
expect_seen stderr 'has not asked for an approval of `0123456789`, but of:'
pipec 2 approve p.ship.live
expect_seen stderr '`p.ship.live` has not asked for an approval; these do:'

pipec 0 approve p.ship.approved --subject "$first" --comment 'the first one'
expect_seen stderr "approved: p.ship.approved, subject $first, for \`Live\`"
build 3
expect 'what is live' nothing "$(live)"
echo one >a.txt
build 0
expect_executed p.ship.live
expect 'the approval' cached "$(state p.ship.approved)"
expect 'why' "approved by $(id -un) (the first one)" "$(json '.nodes[] | select(.label == "p.ship.approved").reason')"
expect 'what is live' ONE "$(live)"
build 0
expect_executed

# The same site for another environment is another question.
sed -i 's/to = Live,/to = Other,/; 1i environment Other requires Approved { paths = ["'"$PWD/target"'"] }' p.pipe
build 3
expect 'the approval' held "$(state p.ship.approved)"
pipec 2 approve p.ship.approved --subject "$first" --comment again
expect_seen stderr 'several approvals; say which'
