# The workspace is looked for in the work tree that one stands in, and not beyond: no `.pipec` above
# it counts, none in a folder of another user, and none where everybody may write.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/trust/trust.bash"

# root_is FOLDER: where a build from here keeps its state.
root_is() {
  find "$work/tree" -name .pipec -type d -path '*' -newer "$work/stamp" -prune >/dev/null
  rm -f "$work"/tree/.pipec/lock "$work"/tree/*/.pipec/lock "$work"/tree/*/*/.pipec/lock
  pipec 0 build "${2:-}p"
  [[ -e $1/.pipec/lock ]] || fail "the state is not in $1, but in $(find "$work/tree" -name lock)"
}
touch "$work/stamp"
mkdir -p "$work/tree/repo/sub"
cp p.pipe a.txt "$work/tree/repo/sub"
cd "$work/tree/repo/sub"
mkdir "$work/tree/.pipec"
root_is "$work/tree"
mkdir "$work/tree/repo/.git"
root_is "$work/tree/repo"
rm -r "$work/tree/repo/.git" "$work/tree/repo/.pipec"
echo 'gitdir: /nowhere' >"$work/tree/repo/.git"
root_is "$work/tree/repo"
mkdir "$work/tree/repo/sub/.pipec"
root_is "$work/tree/repo/sub"
rm -r "$work"/tree/repo/{.git,.pipec,sub/.pipec}
chmod 1777 "$work/tree"
root_is "$work/tree/repo/sub"
chmod 755 "$work/tree"
rm -r "$work/tree/repo/sub/.pipec"
root_is "$work/tree"

((EUID == 0)) && id -u daemon nobody >/dev/null 2>&1 || exit 0
chmod 755 "$work"
as_nobody() { setpriv --reuid="$(id -u nobody)" --regid="$(id -g nobody)" --clear-groups env HOME="$work/tree/repo" XDG_CACHE_HOME="$work/tree/repo/cache" "$PIPEC" "$@"; }
rm -r "$work/tree/.pipec"
mkdir -m 777 "$work/tree/.pipec"
chown -R "$(id -u daemon)" "$work/tree"
chown -R "$(id -u nobody)" "$work/tree/repo"
as_nobody build -q p || fail 'the build fails'
[[ -d $work/tree/repo/sub/.pipec ]] || fail 'the search has gone on above the folder of another user'
expect "what another user's folder has" '' "$(ls "$work/tree/.pipec")"
