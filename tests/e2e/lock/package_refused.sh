# What a package may not be: outside of the workspace, behind a link, with links in it, called
# `std`, twice; and where its imports end.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lock/package.bash"

refused() {
  local pattern=$1
  shift
  pipec 2 pin "$@"
  expect_seen stderr "$pattern"
  [[ ! -e pipe.lock ]] || fail 'there is a lock file'
}
refused 'is outside the workspace' --package "acme=$work/acme"
refused 'is outside the workspace' --package acme=../acme
refused 'wants a folder of its own' --package acme=.
refused 'wants a folder of its own' --package acme=.pipec
refused 'cannot be called `std`' --package std=vendor/acme
refused 'cannot be called `a-b`' --package a-b=vendor/acme
refused 'cannot be called `for`' --package for=vendor/acme
refused 'there is no folder `vendor/nothing`' --package acme=vendor/nothing
refused 'has no `.pipe` file' --package acme=vendor/acme/data
refused 'pipe\.lock has no package `acme`' --package acme
refused 'pipe\.lock has no package `acme`' --drop-package acme
refused 'in a call of their own' --package acme=vendor/acme p
ln -s vendor linked
refused '`linked` is a link' --package acme=linked/acme
ln -s ../../../acme vendor/acme/out
refused '`vendor/acme/out` is a link' --package acme=vendor/acme
rm vendor/acme/out linked

pipec 0 pin --package acme=vendor/acme
pipec 2 pin --package other=vendor/acme
expect_seen stderr 'is the folder of package `acme`'
ln -s net.pipe vendor/acme/link.pipe
pipec 2 check
expect_seen stderr '^error\[E0212\]: package `acme` cannot be used: `vendor/acme/link\.pipe` is a link'
rm vendor/acme/link.pipe
mv vendor real
ln -s real vendor
pipec 2 check
expect_seen stderr '^error\[E0212\]: package `acme` cannot be used: `vendor` is a link'
rm vendor
mv real vendor

# Imports in a package: its own files by a path, others by name, nothing else of the workspace.
mkdir -p vendor/two
echo 'pub let two = "2"' >vendor/two/two.pipe
echo 'pub let mine = "3"' >mine.pipe
use() {
  printf 'use %s\n%s\n' "$1" "$(cat "$work/acme/net.pipe")" >vendor/acme/net.pipe
  pipec 0 pin --package acme
}
use '"../../mine.pipe"'
pipec 2 check p.pipe
expect_seen stderr '^error\[E0207\]: `\.\./\.\./mine\.pipe` leaves the package `acme`$'
use '"../two/two.pipe"'
pipec 2 check p.pipe
expect_seen stderr 'leaves the package `acme`'
use two.two
pipec 2 check p.pipe
expect_seen stderr 'there is no module `two\.two`'
cp pipe.lock vendor/two/pipe.lock
pipec 0 pin --package two=vendor/two --package acme
pipec 0 check p.pipe --strict
use std.sh
pipec 0 check p.pipe --strict

# What there is, and what was meant.
for wrong in acme acme.nett acmee.net; do
  sed -i "1s/.*/use $wrong/" p.pipe
  pipec 2 check p.pipe
  expect_seen stderr '^error\[E0207\]'
  expect_seen stderr 'did you mean|it has: '
done
