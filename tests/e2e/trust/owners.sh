# What belongs to another user is refused, with that one's name and what to type: the workspace's
# state, the cache however it is named, the deploy state; also by root.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/trust/trust.bash"
((EUID == 0)) || { echo 'only root can act as two users'; exit 77; }
for user in daemon nobody; do id -u "$user" >/dev/null 2>&1 || exit 77; done

chmod 755 "$work"
# as USER COMMAND…
as() {
  local user=$1
  shift
  setpriv --reuid="$(id -u "$user")" --regid="$(id -g "$user")" --clear-groups env HOME="$work/$user" XDG_CACHE_HOME="$work/$user/cache" "$@"
}
for user in daemon nobody; do
  mkdir "$work/$user"
  chown "$(id -u "$user"):$(id -g "$user")" "$work/$user"
done
cp -r p.pipe a.txt "$work/nobody"
cd "$work/nobody"
rm -rf .pipec

# refused_for USER CODE-WORDS…: the words end with 4 and a message that names nobody as the owner.
refused_for() {
  local user=$1 got=0
  shift
  as "$user" "$PIPEC" "$@" >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null || got=$?
  last="$user: pipec $*"
  expect 'the exit code' 4 "$got"
  expect_seen stderr "belongs to nobody \(uid $(id -u nobody)\), and you are $user .*chown -R $(id -u "$user") "
}
as nobody "$PIPEC" build -q p || fail 'nobody cannot build'
chmod 755 .pipec cache cache/pipec
for user in root daemon; do
  for command in build plan executions envs; do refused_for "$user" "$command"; done
  as "$user" "$PIPEC" check -q || fail 'to check a program no state is needed'
done
as nobody "$PIPEC" freeze X -q 2>/dev/null || true
mkdir "$work/elsewhere"
cp p.pipe a.txt "$work/elsewhere"
cd "$work/elsewhere"
for user in root daemon; do
  for command in 'build --cache-dir' 'plan --cache-dir' 'cache stats --cache-dir' 'cache gc --cache-dir'; do
    # shellcheck disable=SC2086  # words
    chown "$user" .
    refused_for "$user" $command "$work/nobody/cache/pipec"
  done
  refused_for "$user" envs --state-dir "$work/nobody/.pipec"
  rm -rf .pipec
done
PIPEC_CACHE_DIR=$work/nobody/cache/pipec pipec 4 build p
expect_seen stderr 'belongs to nobody'
XDG_CACHE_HOME=$work/nobody/cache pipec 4 build p
expect_seen stderr 'belongs to nobody'
# A link of another user's to a folder of one's own.
mkdir -m 1777 "$work/shared"
mkdir "$work/mine"
as daemon ln -s "$work/mine" "$work/shared/cache"
pipec 4 build p --cache-dir "$work/shared/cache"
expect_seen stderr 'is a symbolic link of daemon'
expect 'what was written through it' '' "$(ls "$work/mine")"
# One's own link is one's own wish.
ln -s "$work/mine" "$work/link"
pipec 0 build p --cache-dir "$work/link"
[[ -d $work/mine/cas ]] || fail 'the cache is not where the link leads'

# A checkout of another user's that root builds, as in a container: the state is root's own.
cp -r "$work/elsewhere" "$work/checkout"
cd "$work/checkout"
rm -rf .pipec
chown -R "$(id -u nobody)" .
pipec 0 build p
expect 'the owner of the state' root "$(stat -c %U .pipec)"
pipec 0 executions
