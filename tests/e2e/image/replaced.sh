# behaviour 10
# Another image under the same name executes the steps that have it, and no others; the same image
# under another name, or with another mark in its index, executes nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

cat >p.pipe <<'END'
use std.oci
build inside(img: Image) -> File {
  image = img
  run sh"tool >${out}"
}
build outside() -> File { run sh"echo outside >${out}" }
pipeline p() {
  let img   = oci.layout(dir("layout"))
  let seen  = inside(img)
  let other = outside()
  out seen = seen
}
END
tool() { layout layout <<<$'layer\nbusybox\nfile bin/tool "#!/bin/sh\\necho '"$1"$'" mode=0755'; }
tool one
pipec 0 build p --format json
expect_executed p.img p.seen p.other
tool two
pipec 0 build p --format json
expect_executed p.img p.seen
expect 'what was built' two "$(cat .pipec/out/p/seen)"
pipec 0 why p.seen
expect_seen stdout 'image'
tool one
pipec 0 build p --format json
expect_executed
expect 'what was built' one "$(cat .pipec/out/p/seen)"

# Another folder, with the same manifest.
jq '.manifests[0].annotations = {"org.opencontainers.image.ref.name": "renamed"}' layout/index.json >"$work/index.json"
mv "$work/index.json" layout/index.json
pipec 0 build p --format json
expect_executed p.img
