# behaviour 14
# A second worktree, and a checkout that moved, are served what the first one made.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
mkdir -p "$work/elsewhere/deep/.pipec"
cp p.pipe a.txt b.txt "$work/elsewhere/deep"
cd "$work/elsewhere/deep"
pipec 0 build p --format json
expect_executed
mv "$work/elsewhere" "$work/moved"
cd "$work/moved/deep"
pipec 0 build p --format json
expect_executed
expect 'the output' "$(printf 'ONE\nTWO')" "$(cat .pipec/out/p/all)"
