# std.debian: packages become a root file system, the same one for the same packages; what is
# unknown, forged or gone is refused.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/debian.bash"

cat >p.pipe <<'END2'
use std.debian
use std.sh
pipeline p(at: Url, name: String = "tool", docs: Bool = false) {
  let ours = debian.Archive(mirror = at, suite = "stable", keyring = file("archive.gpg"))
  let root = debian.packages([name], archives = [ours], docs = docs)
  let list = sh.output(sh"ls ${root}/usr/bin")
  out root = root
}
pipeline foreign(at: Url) {
  let root = debian.packages(["tool"], archives = [debian.Archive(mirror = at, suite = "stable")])
}
END2
build() { pipec 0 build p --at "$at" --format json "$@"; }
root=.pipec/out/p/root

build
expect_executed p.root p.list
expect 'the top of the root' $'bin\netc\nlib\nlib64\nsbin\nusr\nvar' "$(ls $root)"
expect 'bin' usr/bin "$(readlink $root/bin)"
expect 'the alternative' '/usr/bin/tool-1 /usr/bin/tool-1' "$(readlink $root/usr/bin/tool $root/usr/bin/tool-too | xargs)"
[[ ! -L $root/usr/bin/old ]] || fail 'there is a link to a program that is not there'
[[ ! -u $root/usr/bin/tool-1 ]] || fail 'a program sets its user'
expect 'documentation' copyright "$(ls $root/usr/share/doc/tool)"
[[ ! -e $root/usr/share/man ]] || fail 'there are manual pages'
grep -q ^root: $root/etc/passwd || fail 'there are no users'
expect 'the packages' 'base lib tool usr-is-merged' "$(sed -n 's/^Package: //p' $root/var/lib/dpkg/status | xargs)"

# Nobody fetches what is as it was.
asked=$(requests 'GET /pool')
build
expect_executed
expect 'the packages fetched by the repeat' "$asked" "$(requests 'GET /pool')"
pipec 0 pin p --at "$at"

# A new version of another package: the same root. A new version of this one: another.
mkdir -p "$work/p/other"
package other 1
publish
asked=$(requests 'InRelease')
build
expect_executed
expect 'how often a pinned archive is asked' "$asked" "$(requests 'InRelease')"
rm pipe.lock
build
expect_executed p.root
echo two >"$lib/usr/share/lib/word"
package lib 2
publish
build
expect_executed p.root p.list
expect 'the file' two "$(cat $root/usr/share/lib/word)"
build --docs
[[ -e $root/usr/share/man/man1/tool.1 && -e $root/usr/share/doc/tool/changelog ]] || fail 'there is no documentation'

pipec 1 build p --at "$at" --name nosuch
expect_seen stderr 'Unable to locate package nosuch'
pipec 1 build p --at "http://127.0.0.1:9"
expect_seen stderr 'cannot ask for http://127.0.0.1:9/dists/stable/InRelease'
pipec 1 build foreign --at "$at"
expect_seen stderr 'not signed|NO_PUBKEY'

# What is pinned is gone.
pipec 0 pin p --at "$at"
package other 2
publish
pipec 1 build p --at "$at" --name lib
expect_seen stderr 'the archives are not what they were'
rm pipe.lock

# Somebody changes a package behind the archive's back.
echo three >"$lib/usr/share/lib/word"
package lib 2
pipec 1 build p --at "$at" --name lib
expect_seen stderr 'Hash Sum mismatch|unexpected size|Hashes of expected file'
