# An image that lacks a blob, or has one that is not what its digest says, fails the step, and the
# message says which; the whole image, put there, runs it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

cat >p.pipe <<'END'
use std.oci
build use_it(img: Image) -> File {
  image = img
  run sh"echo done >${out}"
}
build say_it(img: Image) -> File {
  image = img
  run sh"echo said >${out}"
}
pipeline p() {
  let img  = oci.layout(dir("layout"))
  let seen = use_it(img)
  out seen = seen
}
pipeline both() {
  let lacking = use_it(oci.layout(dir("lacking")))
  let whole   = say_it(oci.layout(dir("layout")))
}
END
good=$'layer\nbusybox'
# The layers of a good image would not be looked at again.
for accident in 'lose layer' 'damage layer' 'lengthen layer' 'lose config' 'damage config' 'lengthen config' 'lose manifest' 'damage manifest'; do
  layout layout <<<"$good"$'\n'"$accident"
  case $accident in
  lose*) why=missing ;;
  damage*) why='has the digest sha256:' ;;
  lengthen*) why='bytes instead of' ;;
  esac
  case $accident in
  *layer) what='the layer sha256:|has the layer sha256:' ;;
  *config) what='the configuration of the image sha256:' ;;
  *manifest) what='the manifest of the image sha256:' ;;
  esac
  pipec 1 build p
  expect_seen stderr "error\[R1021\]: .*($what).*$why"
  grep -q "$(manifest_of layout)" "$work/seen/stderr" || fail 'the image is not named'
done
layout layout <<<$'layer\nbusybox\nmanifests 2'
pipec 1 build p
expect_seen stderr 'error\[R10(11|21)\]: .*2 manifests'
layout layout <<<"$good"
echo '{"manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 2, "digest": "sha256:../../../../etc/passwd"}]}' >layout/index.json
pipec 1 build p
expect_seen stderr 'error\[R1021\]: .*`sha256:../../../../etc/passwd`, which is not'

# Beside one with the same manifest that lacks its layer.
layout layout <<<"$good"
layout lacking <<<"$good"$'\nlose layer'
pipec 1 build both --jobs 1 --keep-going --format json
expect 'the step in the image that lacks a layer' failed "$(state both.lacking)"
expect 'the step in the whole image' succeeded "$(state both.whole)"
pipec 0 build p
expect 'what was built' 'done' "$(cat .pipec/out/p/seen)"
expect 'the roots in the cache' 1 "$(roots)"
