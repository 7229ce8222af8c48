# Modules of a vendored package are used by its name, as long as its content is what pipe.lock pins.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lock/package.bash"

pipec 2 check
expect_seen stderr '^error\[E0207\]: there is no module `acme\.net`$'
expect_seen stderr 'pipec pin --package acme=DIR'

pipec 0 pin --package acme=vendor/acme
expect_seen stderr '^pinned acme \(vendor/acme\): sha256:[0-9a-f]{64}$'
pipec 0 build p
expect 'what was built' 'http://127.0.0.1/x from the package' "$(cat .pipec/out/p/page)"
expect 'the digest by hand' "sha256:$(
  cd vendor/acme
  find . -type f -printf '%P\n' | LC_ALL=C sort | while read -r file; do
    mode=f
    [[ ! -x $file ]] || mode=x
    printf '%s %s\n' "$mode" "$(sha256sum "$file")"
  done | sha256sum | cut -d ' ' -f 1
)" "$(jq -r '.packages[0].digest' pipe.lock)"

# Whatever changes in it: a module, a file, a mode, a new file, a missing one.
changed() {
  pipec 2 build p
  expect_seen stderr '^error\[E0212\]: package `acme` is not what `pipe\.lock` pins$'
  expect_seen stderr '= note: pinned:  sha256:[0-9a-f]{64}$'
  expect_seen stderr '= note: content: sha256:[0-9a-f]{64}$'
  expect_seen stderr 'pipec pin --package acme`'
  rm -rf vendor/acme
  cp -a "$work/acme" vendor/acme
  pipec 0 build p
}
echo '// more' >>vendor/acme/net.pipe
changed
echo changed >vendor/acme/data/note.txt
changed
chmod +x vendor/acme/data/note.txt
changed
touch vendor/acme/extra
changed
rm vendor/acme/lint/web.pipe
changed
mkdir vendor/acme/.git vendor/acme/empty
touch vendor/acme/.git/HEAD
pipec 0 build p

# Also by its path, and named on the command line.
sed -i 's|use acme.net|use "./vendor/acme/net.pipe"|' p.pipe
pipec 0 build p
echo '// more' >>vendor/acme/net.pipe
pipec 2 build p
expect_seen stderr '^error\[E0212\]'
pipec 2 check vendor/acme/net.pipe
expect_seen stderr '^error\[E0212\]'

# An update is a review and another pin.
pipec 0 pin --package acme
expect_seen stderr '^pinned acme '
pipec 0 build p
pipec 0 pin --package acme
expect_seen stderr '^unchanged acme '

mv vendor/acme vendor/other
pipec 2 build p
pipec 0 pin --package acme=vendor/other
expect 'its folder' vendor/other "$(jq -r '.packages[].path' pipe.lock)"
pipec 0 pin --drop-package acme
expect 'the packages' 0 "$(jq '.packages | length' pipe.lock)"
[[ -e vendor/other/net.pipe ]] || fail 'the folder is gone'
