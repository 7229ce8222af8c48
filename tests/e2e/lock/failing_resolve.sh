# Where one `resolve` fails, nothing is pinned and nothing lost.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lock/upstream.bash"

silence main
pipec 1 pin
expect_seen stderr '^error\[R10(04|16)\]: `resolve`: '
expect_last '^pipec: nothing was pinned: pipe\.lock is as it was$'
[[ ! -e pipe.lock ]] || fail 'there is a lock file'

answer main m1
pipec 0 pin
cp pipe.lock before
answer tool t2
: >"$upstream/main"
pipec 1 pin
expect_seen stderr 'printed nothing'
cmp before pipe.lock

answer main m2
chmod 640 pipe.lock
pipec 0 pin
expect 'the pin' m2 "$(pinned p.pipe:p.main)"
expect 'the mode' 640 "$(stat -c %a pipe.lock)"
