# pipec asks git about the workspace, and nothing that the repository names runs, in a step or
# without one; the answers are right.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_NOSYSTEM=1 PIPEC_SECRET_TOKEN=hunter2hunter2
git config --global user.name t
git config --global user.email t@example.com
git config --global init.defaultBranch main
git config --global protocol.file.allow always
mkdir target
printf '#!/bin/sh\nenv >>%s/ran\ncat\n' "$work" >"$work/program"
chmod +x "$work/program"
nothing_ran() { [[ ! -e $work/ran ]] || fail "a program of the repository ran: $(cat "$work/ran")"; }

cat >p.pipe <<END
environment Live { paths = ["target"] }
deploy put(subject page: File) { run sh"cat \${page} > $PWD/target/page" }
pipeline p() { stage s { put(file("a.txt"), to = Live) } }
END
git init --quiet
git config core.fsmonitor "$work/program"
git config core.hooksPath "$work/hooks"
mkdir "$work/hooks"
for hook in post-index-change fsmonitor-watchman reference-transaction; do cp "$work/program" "$work/hooks/$hook"; done
git config filter.evil.clean "$work/program"
git config filter.evil.process "$work/program"
git config filter.evil.required true
git config 'filter.a=b.clean' "$work/program"
git config diff.evil.textconv "$work/program"
git config core.sshCommand "$work/program"
git config core.alternateRefsCommand "$work/program"
echo '/target/' >.gitignore
printf '*.txt filter=evil diff=evil\n*.md filter=a=b\n' >.gitattributes
echo text >readme.md
quiet_git() { git -c core.fsmonitor=false -c core.hooksPath=/dev/null -c filter.evil.clean= -c filter.evil.process= -c filter.evil.required=false "$@"; }
# commit TEXT: a page with the text, as a commit; no filter changes it.
commit() {
  echo "$1" >a.txt
  quiet_git add --all
  quiet_git commit --quiet --message "$1"
}
# expect_deployed MODIFIED: what is recorded of the last deploy.
expect_deployed() {
  pipec 0 envs p.pipe:Live --format json
  expect 'the commit and whether there were changes' "$(git -C "${top:-.}" rev-parse HEAD) $1" "$(json '.environments[0] | "\(.commit) \(.modified)"')"
}
build() { pipec 0 build p --sandbox "$sandbox" "$@"; }

for sandbox in strict off; do
  commit "one $sandbox"
  touch -d '1 hour ago' a.txt readme.md # git has to read them to know that they are as they were
  rm -f "$work/ran"
  build
  nothing_ran
  expect_deployed false
  echo "changed $sandbox" >a.txt
  build
  nothing_ran
  expect_deployed true
done
rm "$work"/hooks/*
git config --unset core.hooksPath

# A folder that looks like a bare repository is content, and no repository.
mkdir -p inner/target inner/.pipec
cp p.pipe inner
sed -i "s|$PWD/target|$PWD/inner/target|" inner/p.pipe
echo inner >inner/a.txt
git init --quiet --bare "$work/bare"
cp -r "$work/bare/." inner
git -C inner config core.fsmonitor "$work/program" || true
printf '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = %s/program\n' "$work" >inner/config
rm -f "$work/ran"
quiet_git add --all
quiet_git commit --quiet --message inner
rm -f "$work/ran"
for sandbox in strict off; do
  echo "inner $sandbox" >inner/a.txt
  (top=$PWD; cd inner; build; nothing_ran; expect_deployed true)
done

# A commit that another one replaces is itself.
quiet_git checkout --quiet -- .
commit two
two=$(git rev-parse HEAD)
commit three
git replace HEAD "$two"
sandbox=strict
build
GIT_NO_REPLACE_OBJECTS=1 expect_deployed false
git replace --delete HEAD >/dev/null

# A second work tree, and one whose objects are elsewhere.
quiet_git worktree add --quiet "$work/second" -b second
quiet_git clone --quiet --shared . "$work/shared"
for sandbox in strict off; do
  for place in "$work/second" "$work/shared"; do
    mkdir -p "$place/.pipec" "$place/target"
    sed -i "s|> .*/page|> $place/target/page|" "$place/p.pipe"
    (
      cd "$place"
      echo "$place $sandbox" >a.txt
      quiet_git -c user.name=t commit --quiet -a --message "$place"
      rm -f "$work/ran"
      build
      nothing_ran
      expect_deployed false
    )
  done
done

# Changes in a submodule are changes, and what it is configured to run does not.
git init --quiet "$work/module"
echo inner >"$work/module/f"
git -C "$work/module" add f
git -C "$work/module" commit --quiet --message module
quiet_git submodule --quiet add "$work/module" module
git -C module config core.fsmonitor "$work/program"
git -C module config filter.sub.clean "$work/program"
echo 'f filter=sub' >"$(git -C module rev-parse --git-dir)/info/attributes"
for sandbox in strict off; do
  rm -rf .pipec/state.db*
  git -C module -c core.fsmonitor=false -c filter.sub.clean= checkout --quiet -- f
  commit "module $sandbox"
  touch -d '2 hours ago' module/f
  rm -f "$work/ran"
  build
  expect_deployed false
  echo more >>module/f
  echo "again $sandbox" >a.txt
  quiet_git commit --quiet --message again a.txt
  rm -f "$work/ran"
  build
  nothing_ran
  expect_deployed true
done
