# A state folder that a group shares says so by its mode, 2770: everyone of the group deploys with
# it, whatever their umask, and files in it are 0660.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/trust/trust.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace
((EUID == 0)) || { echo 'only root can act as several users'; exit 77; }
for user in daemon bin nobody; do id -u "$user" >/dev/null 2>&1 || exit 77; done
group=$(getent group games | cut -d : -f 3) || exit 77

chmod 755 "$work"
mkdir "$work/target"
chmod 777 "$work/target"
state=$work/state
mkdir -m 2770 "$state"
chgrp "$group" "$state"
chmod 2770 "$state"
# deploy USER CODE [ARG…]: a deploy by that user, from a workspace of their own.
deploy() {
  local user=$1 code=$2 got=0 home=$work/$1
  shift 2
  if [[ ! -d $home ]]; then
    mkdir "$home"
    cat >"$home/p.pipe" <<END
environment Live { paths = ["$work/target"] }
deploy put(subject page: File) { run sh"cp \${page} $work/target/$user" }
build copy(src: File) -> File { run sh"cat \${src} > \${out}" }
pipeline d() { let page = copy(file("a.txt")) stage ship { let done = put(page, to = Live) } }
END
    echo "$user" >"$home/a.txt"
    chown -R "$(id -u "$user")" "$home"
  fi
  (
    cd "$home"
    umask 022
    setpriv --reuid="$(id -u "$user")" --regid="$(id -g "$user")" --groups="$group" env HOME="$home" XDG_CACHE_HOME="$home/cache" \
      "$PIPEC" build d --state-dir "$state" "$@"
  ) >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null || got=$?
  last="$user deploys"
  expect 'the exit code' "$code" "$got"
}
deploy daemon 0
deploy bin 0
deploy daemon 0
expect 'what others could do' '' "$(find "$state" -perm /007)"
expect 'files that are not for the group' '' "$(find "$state" -type f ! -perm 0660)"
expect 'folders that are not for the group' '' "$(find "$state" -type d ! -perm 2770)"
# Others may not write to it.
chmod 2772 "$state"
deploy bin 4
expect_seen stderr 'state folder .*(belongs to|may write)'
