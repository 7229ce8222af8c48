# git.checkout takes for a commit only what is one, and a folder only from the repository.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/git.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

cat >p.pipe <<'END'
use std.git
pipeline p(repo: String, folder: String = ".") {
  out src = git.checkout(url("file://${repo}"), ref = "main", folder = folder, password = secret("git"))
}
END
export PIPEC_SECRET_GIT=s3cret-pass-word
pipec 0 pin --repo "$repo"
commit=$(jq --raw-output '.sources[0].identity' pipe.lock)
expect 'the pin' "$(git -C "$repo" rev-parse HEAD)" "$commit"

# What has the form of an identity, but not that of a commit.
for identity in HEAD '+refs/heads/*:refs/heads/*' "${commit:0:39}" "$commit~1"; do
  sed "s|$commit|$identity|" -i pipe.lock
  pipec 1 build p --repo "$repo"
  expect_seen stderr 'the commit of .* is pinned to `.*`, which is not one of 40 or 64 hexadecimal digits: `pipec pin` asks anew'
  jq --arg commit "$commit" '.sources[0].identity = $commit' pipe.lock >"$work/lock"
  mv "$work/lock" pipe.lock
done
# A ref of several lines is no commit because one of them is.
rm pipe.lock
sed -i 's/ref = "main"/ref = "'"$commit"'\\n--upload-pack=true"/' p.pipe
pipec 1 build p --repo "$repo"
expect_seen stderr 'has no branch or tag'
sed -i 's/ref = "[^"]*"/ref = "main"/' p.pipe

ln -s / "$repo/out"
ln -s app/src "$repo/inside"
commit "$repo" links
for folder in out out/tmp out/tmp/home; do
  pipec 1 build p --repo "$repo" --folder "$folder"
  expect_seen stderr "(is a link that leaves the repository|has no folder $folder)"
done
