# std.debian: an image of packages has no file of this machine in it, is a root for steps, and is
# the same for the same packages.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/debian.bash"

cat >p.pipe <<'END2'
use std.debian
use std.sh
pipeline p(at: Url) {
  let ours  = debian.Archive(mirror = at, suite = "stable", keyring = file("archive.gpg"))
  let image = debian.image(["tool"], archives = [ours], env = ["WORD=one"])
  let said  = sh.output(sh"tool-too", image = image)
  let found = sh.output(sh"for program in /usr/bin/*; do echo $program; done", image = image)
  out image = image
  out said  = said
  out found = found
}
END2
build() { pipec 0 build p --at "$at" --format json "$@"; }

build
expect_executed p.image p.said p.found
expect 'what the program says' 'the word is one' "$(cat .pipec/out/p/said)"
expect 'the programs' '/usr/bin/dash /usr/bin/sh /usr/bin/tool /usr/bin/tool-1 /usr/bin/tool-too' "$(xargs <.pipec/out/p/found)"
expect 'what the image says' '["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","WORD=one"] amd64 linux' \
  "$(skopeo inspect --config "oci:$PWD/.pipec/out/p/image:image" | jq -r '"\(.config.Env | tojson) \(.architecture) \(.os)"')"
build
expect_executed

# Another time, on what might be another machine.
digest=$(jq -r '.manifests[0].digest' .pipec/out/p/image/index.json)
build --cache-dir "$work/other-cache"
expect 'the digest of the image made again' "$digest" "$(jq -r '.manifests[0].digest' .pipec/out/p/image/index.json)"

echo two >"$lib/usr/share/lib/word"
package lib 2
publish
build
expect_executed p.image p.said p.found
expect 'what the program says' 'the word is two' "$(cat .pipec/out/p/said)"
