# An image for another platform is not run, and the message names both platforms; `oci.image` takes
# the one that it is told of.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

here=$(uname -m) other=arm64
case $here in
x86_64) here=amd64 ;;
aarch64) here=arm64 other=amd64 ;;
esac
layout layout <<<$'layer\nfile bin/sh x mode=0755\n'"platform linux/$other"
layout windows <<<$'layer\nfile bin/sh x mode=0755\n'"platform windows/$here"
cat >p.pipe <<'END'
use std.oci
build use_it(img: Image) -> File {
  image = img
  run sh"true >${out}"
}
pipeline p(name: String) {
  let seen = use_it(oci.layout(dir(name)))
}
END
for attempt in first second; do
  pipec 1 build p --name layout --format json
  expect "the failure, the $attempt time" \
    "R1010 the image $(manifest_of layout) is for linux/$other, and this machine is linux/$here" \
    "$(json '.nodes[] | select(.label == "p.seen").failure | "\(.code) \(.message | split(";")[0])"')"
done
pipec 1 build p --name windows
expect_seen stderr "error\[R1010\]: .* is for windows/$here"
pipec 1 build p --name layout --sandbox off
expect_seen stderr 'error\[R1010\]: .*image'
expect 'the roots in the cache' 0 "$(roots)"
