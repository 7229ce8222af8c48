# git.checkout over ssh, with a key and the host's key.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/git.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets
. "$PIPEC_SOURCE_DIR/tests/e2e/std/sshd.bash"

cat >p.pipe <<'END'
use std.git
pipeline p(repo: Url, known_hosts: String) {
  let src = git.checkout(repo, ref = "main", key = secret("key"), known_hosts = known_hosts)
  out src = src
}
END
at=ssh://$(id -un)@127.0.0.1:$ssh_port$repo/.git
pipec 0 build p --repo "$at" --known-hosts "$known_hosts" --format json
expect_executed p.src
expect 'the file' two "$(cat .pipec/out/p/src/app/src/a.txt)"
pipec 0 build p --repo "$at" --known-hosts "$known_hosts" --format json
expect_executed
! grep -rq 'BEGIN OPENSSH' .pipec "$XDG_CACHE_HOME" || fail 'the key was kept'

pipec 1 build p --repo "$at" --known-hosts "${known_hosts/AAAA/AAAB}"
expect_seen stderr 'Host key verification failed'
PIPEC_SECRET_KEY=none pipec 1 build p --repo "$at" --known-hosts "$known_hosts"
expect_seen stderr 'Permission denied'
