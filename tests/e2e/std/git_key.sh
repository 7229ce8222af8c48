# git.checkout over ssh: the key is used for the host and port of `repo` alone, not for those of a
# submodule.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/git.bash"
. "$PIPEC_SOURCE_DIR/tests/e2e/std/sshd.bash"
export PIPEC_TRUST=1 # its pipeline wants a secret

# A second server, of the same host, which would take the key as well.
other_port=$(free_port)
sed "s/^Port .*/Port $other_port/" "$work/ssh/config" >"$work/ssh/other"
/usr/sbin/sshd -D -E "$work/ssh/other.log" -f "$work/ssh/other" </dev/null &
servers+=($!)
until (exec 3<>"/dev/tcp/127.0.0.1/$other_port") 2>/dev/null; do
  kill -0 "${servers[-1]}" 2>/dev/null || fail "the second server ended: $(cat "$work/ssh/other.log")"
done
known_hosts+=$'\n'"[127.0.0.1]:$other_port $(cut -d' ' -f1,2 "$work/ssh/host.pub")"

cat >p.pipe <<'END'
use std.git
pipeline p(repo: Url, known_hosts: String) {
  out src = git.checkout(repo, ref = "main", submodules = true, key = secret("key"), known_hosts = known_hosts)
}
END
user=$(id -un)
build() { pipec "$1" build p --repo "ssh://$user@127.0.0.1:$ssh_port$repo/.git" --known-hosts "$known_hosts"; }

# move PORT: the submodule is there now.
move() {
  git -C "$repo" config --file .gitmodules submodule.app/module.url "ssh://$user@127.0.0.1:$1$module/.git"
  commit "$repo" "the submodule at $1"
}
move "$ssh_port"
build 0
expect 'the submodule of the same server' inner "$(cat .pipec/out/p/src/app/module/inner.txt)"
move "$other_port"
build 1
expect_seen stderr "\`key\` is for ssh://127.0.0.1:$ssh_port alone"
! grep -q 'Accepted publickey' "$work/ssh/other.log" || fail 'the second server was shown the key'
