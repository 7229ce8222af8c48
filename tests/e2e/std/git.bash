# A git repository with two commits on `main`, a branch, an annotated tag and a submodule, in $repo.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/servers.bash"

export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name tester
git config --global user.email tester@example.invalid
git config --global init.defaultBranch main
git config --global protocol.file.allow always
git config --global gc.auto 0

repo=$work/repo module=$work/module

# commit REPOSITORY MESSAGE: all that is in its work tree.
commit() {
  git -C "$1" add --all
  git -C "$1" commit --quiet --message "$2"
}

git init --quiet "$module"
echo inner >"$module/inner.txt"
commit "$module" inner

git init --quiet "$repo"
mkdir -p "$repo/app/src" "$repo/docs"
echo one >"$repo/app/src/a.txt"
ln -s src/a.txt "$repo/app/link"
printf '#!/bin/sh\n' >"$repo/app/run"
chmod +x "$repo/app/run"
echo docs >"$repo/docs/d.txt"
commit "$repo" first
first=$(git -C "$repo" rev-parse HEAD)
git -C "$repo" tag --annotate v1 --message 'the first'
git -C "$repo" branch other
echo two >"$repo/app/src/a.txt"
git -C "$repo" submodule --quiet add "$module" app/module
commit "$repo" second
