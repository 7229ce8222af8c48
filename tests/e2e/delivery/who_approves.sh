# Only those whom the gate names may answer, and only as long as it names them; groups count.
gate='  by = ["nobody-of-this-name", "group:no-group-of-this-name"]'
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/gate.bash"

build 3
LOGNAME=nobody-of-this-name USER=nobody-of-this-name pipec 2 approve p
expect_seen stderr "\`$(id -un)\` may not decide on \`p.ship.approved\`: only \`nobody-of-this-name\`, \`group:no-group-of-this-name\` may"
sed -i "s/no-group-of-this-name/$(id -gn)/" p.pipe
build 3
pipec 0 approve p
build 0
expect 'what is live' ONE "$(live)"
# Who has left cannot vouch any more for what is not there yet.
sed -i "s/$(id -gn)\"/no-group-of-this-name\"/" p.pipe
rm -r .pipec/state.db*
build 3
sed -i 's/by = .*/by = []/' p.pipe
build 3
pipec 0 approve p
build 0
sed -i 's/by = .*/by = ["nobody-of-this-name"]/' p.pipe
build 3
expect 'the approval' held "$(state p.ship.approved)"
