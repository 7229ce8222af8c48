# Layers that are not compressed with gzip, zstd's among them, which umoci does not read, are so
# when they are pulled; an image with gzip stays as it is.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

serve_registry
cat >p.pipe <<END
use std.oci
let registry = "$registry"
END
cat >>p.pipe <<'END'
build inside(img: Image) -> File {
  image = img
  run sh"cat /word >${out}"
}
pipeline p(tag: String) {
  let img = oci.image("${registry}/words:${tag}", insecure = true)
  out seen = inside(img)
  out img  = img
}
END
for how in gzip tar zstd; do
  layout words <<<"layer $how"$'\nbusybox\nfile word '"$how"$'\nlayer\nfile other x'
  push words "words:$how"
  pipec 0 build p --tag "$how"
  expect "what the step saw in the image with $how" "$how" "$(cat .pipec/out/p/seen)"
  if [[ $how == gzip ]]; then
    expect "the digest of the image with $how" "$(manifest_of words)" "$(manifest_of .pipec/out/p/img)"
  fi
done
