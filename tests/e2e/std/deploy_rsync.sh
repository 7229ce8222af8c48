# deploy.rsync releases over ssh: only what differs is sent, the link is switched, old releases go,
# and a rollback puts the old one back.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/site.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets
. "$PIPEC_SOURCE_DIR/tests/e2e/std/sshd.bash"

root="$work/www on host's"
mkdir "$root"

cat >p.pipe <<'END'
use std.deploy
environment Live {}
pipeline p(user: String, root: String, port: Int, known_hosts: String, keep: Int = 2) {
  stage ship {
    let live = deploy.rsync(dir("site"), to = Live, host = "${user}@127.0.0.1", port = port, root = root, keep = keep,
                            key = secret("key"), known_hosts = known_hosts)
    good(live, page = dir("site").file("index.html"))
  }
}
test good(site: Deployment, page: File) {
  on_fail = OnFail.rollback
  run sh"! grep bad ${page}"
}
END
build() { pipec "${code:-0}" build p --user "$(id -un)" --root "$root" --port "$ssh_port" --known_hosts "$known_hosts" --format json "$@"; }
live() { cat "$root/current/index.html"; }

page one
build
expect_executed p.ship.live p.ship.good
expect 'the page' one "$(live)"
[[ -L $root/current/assets/link.css ]] || fail 'the link is not one'
cmp site/assets/large.bin "$root/current/assets/large.bin"
inode=$(stat --format %i "$root/current/assets/large.bin")
build
expect_executed

page two
build
expect_executed p.ship.live p.ship.good
expect 'the page' two "$(live)"
expect 'the asset that is the same' "$inode" "$(stat --format %i "$root/current/assets/large.bin")"
ln -sfn nothing "$root/current"
build
expect_executed p.ship.live p.ship.good
expect 'the page after the repair' two "$(live)"
page six
build
expect 'the releases kept' 2 "$(ls "$root/releases" | wc -l)"
page one
build
expect 'the page' one "$(live)"

page bad
code=1 build
expect 'the page after the rollback' one "$(live)"
expect 'what is left of the work' "$(printf '%s\n' . .. current releases)" "$(ls -a "$root")"

page two
known_hosts=${known_hosts/AAAA/AAAB} code=1 build
expect_seen stderr 'Host key verification failed'
expect 'the page' one "$(live)"
code=1 build --root "$work/nowhere"
expect_seen stderr "nowhere"
code=2 build --keep 0
expect_seen stderr 'keeps at least the current release'
! grep -rq 'BEGIN OPENSSH' .pipec "$XDG_CACHE_HOME" || fail 'the key was kept'
