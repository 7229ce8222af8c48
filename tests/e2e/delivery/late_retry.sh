# behaviour 73
# An old execution that is tried again does not put its older commit over a newer one; the newest
# one tried again goes through.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipeline reads a repository outside of the workspace

export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name tester
git config --global user.email tester@example.invalid
git init --quiet --initial-branch=main "$work/origin"
mkdir target
# commit TEXT: a new commit of the origin.
commit() {
  echo "$1" >"$work/origin/text"
  git -C "$work/origin" add text
  git -C "$work/origin" commit --quiet --message "$1"
}
cat >p.pipe <<END
use std.git
environment Live { paths = ["$PWD/target"] }
deploy put(subject files: Dir) { run sh"cp \${files}/text $PWD/target/text" }
pipeline p() {
  let repo = git.checkout("file://$work/origin", ref = "main")
  stage ship { let live = put(repo, to = Live) }
}
END
build() { pipec 0 "$@" --format json; }

commit one
build build p
first=$(json .execution)
commit two
build build p
second=$(json .execution)

build retry "$first"
expect 'the deploy' superseded "$(state p.ship.live)"
expect 'what is live' two "$(<target/text)"
build retry "$second"
expect 'the deploy' cached "$(state p.ship.live)"

# The pipeline is taken as it is now.
sed -i 's/cp /cat /; s/text \(.*\)text"/text >\1text"/' p.pipe
build retry "$first"
expect 'the deploy' superseded "$(state p.ship.live)"
build retry "$second"
expect 'the deploy' succeeded "$(state p.ship.live)"
expect 'what is live' two "$(<target/text)"

# Going back is a rollback.
pipec 0 history Live --format json
pipec 0 rollback Live --to "$(json '.entries[-1].release')"
expect 'what is live' one "$(<target/text)"
