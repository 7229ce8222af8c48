# An image is unpacked once: for several steps, for two names of it, for two builds at the same
# time, and for another workspace.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

layout layout <<<$'layer\nbusybox\nfile word one'
cp -R layout again
jq '.manifests[0].annotations = {"org.opencontainers.image.ref.name": "again"}' layout/index.json >again/index.json
cat >p.pipe <<'END'
use std.oci
build inside(img: Image, n: String) -> File {
  image = img
  run sh"cat /word >${out}; echo ${n} >>${out}"
}
pipeline p(first: String = "0") {
  let img   = oci.layout(dir("layout"))
  let again = oci.layout(dir("again"))
  let many  = [for n in ["a", "b", "c", "d", "e", "f"] => n: inside(img, n = "${first} ${n}")]
  let other = inside(again, n = "${first} again")
}
END
pipec 0 build p --jobs 4 --format json
expect 'the roots in the cache' 1 "$(roots)"

# Two builds at the same time with an empty cache.
rm -rf "$work/cache"
"$PIPEC" build p --first 10 >"$work/one" 2>&1 & one=$!
mkdir "$work/other"
cp -R p.pipe layout again "$work/other"
mkdir "$work/other/.pipec"
"$PIPEC" build p --first 20 -C "$work/other" >"$work/two" 2>&1 & two=$!
wait "$one" || fail "the first: $(cat "$work/one")"
wait "$two" || fail "the second: $(cat "$work/two")"
expect 'the roots in the cache' 1 "$(roots)"

# Nor for a build that comes later.
pipec 0 build p --first 30 --format json
expect 'the roots in the cache' 1 "$(roots)"
pipec 0 cache verify
