# git.checkout asks for the commit at every run, fetches it once, and a commit with the same files
# runs nothing behind it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/git.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

cat >p.pipe <<'END'
use std.git
use std.sh
pipeline p(repo: String, ref: String = "HEAD", folder: String = ".", submodules: Bool = false, local: List<String> = []) {
  let src  = git.checkout(url(repo), ref = ref, folder = folder, submodules = submodules, local = local)
  let list = sh.output(sh"cd ${src} && find . -mindepth 1 | sort", name = "list.txt")
  out src  = src
}
END
build() { pipec 0 build p --repo "file://$repo" "$@" --format json; }
content() { expect "the file at $1" "$2" "$(cat .pipec/out/p/src/app/src/a.txt)"; }

build
expect_executed p.src p.list
content HEAD two
[[ -x .pipec/out/p/src/app/run && -L .pipec/out/p/src/app/link && ! -e .pipec/out/p/src/.git ]] || fail 'the tree is not that of the commit'
build
expect_executed
expect 'the source' cached "$(state p.src)"

for ref in v1 other "$first" refs/tags/v1; do
  build --ref "$ref"
  content "$ref" one
done
expect_executed
build --ref main
expect_executed

git -C "$repo" commit --quiet --amend --message 'The same files'
build --ref main
expect_executed p.src
echo three >"$repo/app/src/a.txt"
commit "$repo" third
build --ref main
expect_executed p.src p.list
content main three

build --folder app --submodules --local "$module"
expect 'the files of the folder' "$(printf '%s\n' link module module/inner.txt run src src/a.txt)" \
  "$(cd .pipec/out/p/src && find . -mindepth 1 | sed 's|^\./||' | LC_ALL=C sort)"

pipec 1 build p --repo "file://$repo" --ref nothing
expect_seen stderr 'has no branch or tag nothing'
pipec 1 build p --repo "file://$repo" --folder nowhere
expect_seen stderr 'has no folder nowhere'
pipec 1 build p --repo "file://$repo" --ref "${first//[0-9]/0}"
expect_seen stderr "has no commit ${first//[0-9]/0}"
pipec 2 build p --repo "file://$repo" --folder ../elsewhere
expect_seen stderr 'wants a folder of the repository'
pipec 2 build p --repo ssh://git@127.0.0.1/x.git
expect_seen stderr 'wants `known_hosts`'
