# A pinned source is not asked, online and offline, until `pipec pin` asks it again; plan and why
# say where the identity is from.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lock/upstream.bash"

pipec 0 pin
expect_last '^pipec: 2 pinned, 0 moved, 0 unchanged, 0 dropped in pipe\.lock$'
[[ ! -e .pipec/out ]] || fail 'pin has built something'
expect 'the pin' t1 "$(pinned p.pipe:p.tool)"
expect 'the schema' pipec.lock/2 "$(jq -r .schema pipe.lock)"

answer tool t2
pipec 0 plan p
expect_seen stdout '^would execute  p\.tool: .*; pinned in pipe\.lock to t1$'
pipec 0 build p
content tool 'tool t1'
silence tool
pipec 0 build p --format json
expect_executed
expect 'the reason' 'pinned in pipe.lock to t1' "$(json '.nodes[] | select(.label == "p.tool").reason')"
pipec 0 why p.tool
expect_seen stdout 'because: pinned in pipe\.lock to t1'
pipec 0 build p --offline
pipec 0 plan p -v
expect_seen stdout '^cached +p\.tool: pinned in pipe\.lock to t1$'

answer tool t3
cp pipe.lock before
pipec 0 pin p.tool
expect_seen stderr '^pinned p\.pipe:p\.tool: t1 → t3$'
expect_last '^pipec: 0 pinned, 1 moved, 0 unchanged, 0 dropped in pipe\.lock$'
expect 'lines that a reviewer sees' 1 "$(grep -vxFf before pipe.lock | wc -l)"
pipec 0 build p --format json
expect_executed p.tool
content tool 'tool t3'
content main 'main m1'

stat -c %i,%Y pipe.lock >before
pipec 0 pin
expect_last '^pipec: 0 pinned, 0 moved, 2 unchanged, 0 dropped in pipe\.lock$'
expect 'a lock that says the same' "$(cat before)" "$(stat -c %i,%Y pipe.lock)"

answer main m2
sed -i 's/fetch("tool")/fetch("other")/' p.pipe
answer other o1
pipec 0 pin --missing
expect_last '^pipec: 0 pinned, 1 moved, 1 unchanged, 0 dropped in pipe\.lock$'
expect 'what was pinned' m1 "$(pinned p.pipe:p.main)"
expect 'what was not' o1 "$(pinned p.pipe:p.tool)"
