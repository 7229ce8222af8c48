# A rejected site fails at the gate until somebody approves it after all; another one asks again.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/gate.bash"

build 3
first=$(subject)
pipec 0 reject p --comment 'the heading is wrong'
build 1
expect 'the approval' failed "$(state p.ship.approved)"
expect_seen stderr "error\[R1008\]: rejected by $(id -un) \(the heading is wrong\)"
echo two >a.txt
build 3
expect 'what is live' nothing "$(live)"
echo one >a.txt
build 1
pipec 0 approve p.ship.approved --subject "$first"
build 0
expect 'what is live' ONE "$(live)"
