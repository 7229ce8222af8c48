# In a user namespace anybody can have any number: nobody answers there by name, and `by` is not
# satisfied.
gate='  by = ["daemon", "group:daemon"]'
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/gate.bash"

unshare --user true 2>"$work/seen/unshare" || { echo "no user namespaces here: $(cat "$work/seen/unshare")"; exit 77; }
daemon=$(id -u daemon)
# as_daemon CODE ARG…: pipec, with the number of daemon in a namespace of its own; $namespace are
# more options of unshare.
namespace=()
as_daemon() {
  local want=$1 got=0
  shift
  last="pipec $* (as daemon)"
  unshare --user --map-user="$daemon" "${namespace[@]}" "$PIPEC" "$@" >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null || got=$?
  [[ $got == "$want" ]] || fail "exit code $got instead of $want"
}

build 3
for command in approve reject; do
  as_daemon 2 "$command" p
  expect_seen stderr "\`pipec $command\` is recorded with who does it, .* in a user namespace .*: run it outside|run it outside of it"
done
build 3
# A program of the caller's does not answer for the groups, nor for the names.
mkdir "$work/bin"
for program in id getent; do
  printf '#!/bin/sh\ntouch %s/asked\necho daemon\n' "$work" >"$work/bin/$program"
  chmod +x "$work/bin/$program"
done
PATH=$work/bin:$PATH pipec 2 approve p
expect_seen stderr "\`$(id -un)\` may not decide"
[[ ! -e $work/asked ]] || fail 'a program in PATH was asked who is in a group'

# Something of another file system in the place of the kernel's map is no map.
if unshare --user --map-root-user --mount sh -c 'mount -t tmpfs none /proc' 2>/dev/null; then
  last='pipec approve with a /proc of its own'
  unshare --user --map-user="$daemon" --mount sh -c '
    mount -t tmpfs none /proc && mkdir -p /proc/self && echo "0 0 4294967295" >/proc/self/uid_map && exec "$@"' - \
    "$PIPEC" approve p >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null && fail 'a made-up map was believed'
fi
build 3

sed -i 's/by = .*/by = []/' p.pipe
build 3
pipec 0 approve p
build 0
for command in 'freeze Live' 'unfreeze Live' 'unhold Live' 'rollback Live'; do
  # shellcheck disable=SC2086
  as_daemon 2 $command
  expect_seen stderr "\`pipec ${command% *}\` is recorded with who does it"
done
pipec 0 envs --format json
expect 'whether it is frozen' false "$(json '.environments[0].frozen')"

# What a build in such a namespace deploys says so.
echo two >a.txt
build 3
pipec 0 approve p
as_daemon 0 build p --root "$PWD/target" --sandbox off
pipec 0 history Live --format json
expect 'who has deployed' "uid $daemon in a user namespace" "$(json '.entries[0].actor')"
