# A lock file that cannot be used is an error with its place, for every command that needs it, and
# never written over.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lock/upstream.bash"

pipec 0 pin
mkdir vendor
echo 'pub let one = 1' >vendor/one.pipe
pipec 0 pin --package one=vendor
cp pipe.lock good
quoted=$(jq -c . good)

# unusable PATTERN TEXT
unusable() {
  local command
  printf '%s' "$2" >pipe.lock
  cp pipe.lock bad
  for command in check 'build p' 'plan p' 'pin p' 'pin --package one' 'pin --missing'; do
    pipec 2 $command
    expect_seen stderr "$1"
    cmp bad pipe.lock
  done
}
edit() { jq -c "$1" good; }

unusable 'is not JSON' '{'
unusable 'is not JSON' ''
unusable 'is not JSON' "$quoted trailing"
unusable 'is not JSON' $'{"schema": "\xff"}'
unusable 'a merge that is not finished' $'{\n<<<<<<< HEAD\n"schema": 1\n=======\n'
unusable 'nested too deep' "$(printf '[%.0s' {1..100000})"
unusable 'is not a lock file of pipec' '[]'
unusable 'is not a lock file of pipec' '{"name": "x"}'
unusable 'has the format `pipec\.lock/3`' "$(edit '.schema = "pipec.lock/3"')"
unusable 'an older pipec wrote it' "$(edit '.schema = "pipec.lock/1"')"
unusable 'has the format `npm`' "$(edit '.schema = "npm"')"
unusable 'a field `more`' "$(edit '.more = 1')"
unusable 'a package has a field `url`' "$(edit '.packages[0].url = "x"')"
unusable 'package `one` is twice' "$(edit '.packages += .packages')"
unusable 'have the folder `vendor`' "$(edit '.packages += [.packages[0] + {name: "two"}]')"
unusable 'cannot be called `std`' "$(edit '.packages[0].name = "std"')"
for path in ../vendor vendor/../../x /etc ./vendor vendor/ '' . .git/x .pipec 'a\b'; do
  unusable 'is not a path below the workspace|has no text `path`' "$(jq -c --arg path "$path" '.packages[0].path = $path' good)"
done
unusable 'is not `sha256:` and 64' "$(edit '.packages[0].digest = "sha256:12"')"
unusable 'has no text `digest`' "$(edit 'del(.packages[0].digest)')"
unusable '`packages` is not a list' "$(edit '.packages = {}')"
unusable 'two answers to one question' "$(edit '.sources += [.sources[0] + {of: ["x"]}]')"
unusable '`p\.pipe:p\.main` is twice' "$(edit '.sources[1].of += ["p.pipe:p.main"]')"
unusable 'is not `sha256:` and 64 hexadecimal digits' "$(edit '.sources[0].question = "x"')"
unusable 'has no text `identity`' "$(edit '.sources[0].identity = ""')"
unusable 'has nothing in `of`' "$(edit '.sources[0].of = []')"

pipec 2 check
expect_seen stderr '^error\[E0213\]: '
expect_seen stderr ' --> pipe\.lock:1:'
rm pipe.lock
mkdir pipe.lock
pipec 2 check
expect_seen stderr '^error\[E0213\]: `pipe\.lock` is not a file'
rmdir pipe.lock
ln -s good pipe.lock
pipec 2 check
expect_seen stderr '^error\[E0213\]: `pipe\.lock` is a link'
pipec 2 pin p
rm pipe.lock
cp good pipe.lock
pipec 0 check
