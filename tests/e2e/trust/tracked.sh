# behaviour 88
# Nothing of `.pipec` that git tracks is believed, whatever number it has, and whichever kind of
# index says so; git itself is not run.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/trust/trust.bash"

export GIT_CONFIG_COUNT=3 GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=t GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=t@example.com
export GIT_CONFIG_KEY_2=init.defaultBranch GIT_CONFIG_VALUE_2=main
count() { grep -cE '^[0-9a-z]{12}' "$work/seen/stdout" || true; }

# tracked_in ARG…: a believed state whose history git comes to track, in a repository that `git init
# ARG…` makes.
tracked_in() {
  rm -rf .pipec .git
  git init -q "$@"
  git add p.pipe a.txt
  pipec 0 build p
  pipec 0 executions
  expect 'the executions' 1 "$(count)"
  git add -f .pipec/history.db
}
not_believed() {
  pipec 0 executions
  expect_seen stderr 'state that git tracks \(history\.db.*git rm -r --cached \.pipec'
  expect 'executions of a tracked history' 0 "$(count)"
  pipec 4 trust
  expect_seen stderr 'git tracks `\.pipec/history\.db`.*git rm -r --cached'
}
tracked_in
not_believed
# Once git has let go of it, and the user says so, it is believed again.
git rm -r -q --cached .pipec
pipec 0 trust
pipec 0 executions
expect 'the executions after trust' 1 "$(count)"
pipec 0 build p
expect 'lines about it' '' "$(grep -e git -e trust "$work/seen/stderr" || true)"

tracked_in
git update-index --index-version 4
not_believed
tracked_in
git update-index --split-index
git commit -q -m one
touch more
git add more
not_believed
tracked_in --object-format=sha256
not_believed
# An index that nobody can read may have anything.
tracked_in
printf 'DIRC\0\0\0\11garbage' >.git/index
pipec 0 executions
expect_seen stderr 'state that git tracks'

# A second work tree, and a workspace below the top of one.
rm -rf .pipec .git
git init -q
git add p.pipe a.txt
git commit -q -m one
git worktree add -q "$work/second"
cd "$work/second"
mkdir .pipec
pipec 0 build p
git add -f .pipec/kept.json
echo b >a.txt
pipec 0 build p
expect_seen stderr 'state that git tracks \(kept\.json\).*set aside'
cd "$work/w"
mkdir -p sub/.pipec
cp p.pipe a.txt sub
cd sub
pipec 0 build p
git add -f .pipec/history.db
pipec 0 executions
expect_seen stderr 'state that git tracks \(history\.db'

# A submodule, or the folder as a whole.
rm -rf .pipec
git rm -r -q --cached .pipec
mkdir .pipec
git update-index --add --cacheinfo "160000,$(git rev-parse HEAD),sub/.pipec"
pipec 0 build p
pipec 0 build p
touch more
git add more
pipec 0 executions
expect_seen stderr 'state that git tracks'

# The number itself: whoever can push can read it.
cd "$work/w"
rm -rf .pipec sub .git
git init -q
pipec 0 build p
git add -f .pipec/id .pipec/state.db 2>/dev/null || git add -f .pipec/id
pipec 0 executions
expect 'executions with a tracked number' 0 "$(count)"
