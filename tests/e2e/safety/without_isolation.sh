# Where no user namespace can be made, `--sandbox strict` runs nothing and says why; `auto` builds
# with one warning, and what it made is no result for a run with isolation.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build copy(src: File) -> File { run ["cp", src, out] }
pipeline p() {
  let first  = copy(file("a.txt"))
  let second = copy(first)
  out second = second
}
END
echo a >a.txt

# without_namespaces CODE ARG…: pipec where nobody may make a namespace.
real=$PIPEC
cat >"$work/denied" <<'END'
#!/bin/sh
exec unshare -U -r sh -c 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"' - "$REAL_PIPEC" "$@"
END
chmod +x "$work/denied"
unshare -U -r true || exit 77 # this machine denies them itself, so there is nothing to compare with
without_namespaces() {
  REAL_PIPEC=$real PIPEC=$work/denied pipec "$@"
}

for attempt in 1 2; do
  without_namespaces 4 build p --sandbox strict
  expect_seen stderr '^error: cannot isolate steps: cannot make a user namespace \(`user\.max_user_namespaces` allows no more\)'
  expect_seen stderr '`sudo sysctl user\.max_user_namespaces=15000` allows it'
  expect_seen stderr '`--sandbox strict` runs nothing without isolation'
  [[ ! -e .pipec/out ]] || fail 'it has built something'
done

# Where nobody reads warnings, `auto` is as strict; what is asked for by name is not refused.
for ci in true 1; do
  CI=$ci without_namespaces 4 build p
  expect_seen stderr '^error: cannot isolate steps: .*where `CI` is set, nothing runs without isolation unless `--sandbox off` asks for that'
  [[ ! -e .pipec/out ]] || fail 'it has built something'
done
CI=true without_namespaces 0 plan p
CI=true without_namespaces 0 build p --sandbox off
CI=false without_namespaces 0 build p --force
expect_seen stderr '^warning: pipec cannot isolate steps'
rm -rf .pipec "$work/cache"
mkdir .pipec

warning='^warning: pipec cannot isolate steps: cannot make a user namespace.*; steps run in scratch directories.*--sandbox strict'
for wanted in 2 0; do
  without_namespaces 0 build p --format json
  expect 'the count of executed nodes' "$wanted" "$(json .counts.executed)"
  expect_seen stderr "$warning"
  expect 'the number of warnings' 1 "$(grep -c ^warning "$work/seen/stderr")"
done
expect 'the output' a "$(cat .pipec/out/p/second)"
without_namespaces 0 build p --sandbox off
! grep -q ^warning "$work/seen/stderr" || fail 'warned of what was asked for'
without_namespaces 4 build p --sandbox strict
without_namespaces 0 version --format json
expect 'what version says' scratch "$(json .isolation)"

# Elsewhere nothing of this is served, whatever the mode; and the other way round.
pipec 0 build p --sandbox strict --format json
expect_executed p.first p.second
! grep -q ^warning "$work/seen/stderr" || fail 'warned though steps are isolated'
pipec 0 build p --format json
expect_executed
echo b >a.txt
pipec 0 build p
without_namespaces 0 build p --format json
expect_executed p.first p.second
