# A registry that sends another manifest, configuration or layer than the digest says: the pull
# fails, and nothing of it is kept.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

layout layout <<<$'layer\nbusybox'
write_program() {
  cat >p.pipe <<END
use std.oci
build use_it(img: Image) -> File {
  image = img
  run sh"echo done >\${out}"
}
pipeline p() {
  let img  = oci.image("127.0.0.1:$1/tools:1", insecure = true)
  let seen = use_it(img)
}
END
}
# The same address, so that the source is the same.
port=$(free_port)
write_program "$port"
for lie in manifest config layer; do
  serve "$port" python3 "$PIPEC_SOURCE_DIR/tests/e2e/image/lying_registry.py" "$port" layout "$lie"
  pipec 1 build p --format json
  expect "the pull with a false $lie" failed "$(state p.img)"
  expect 'the step' skipped "$(state p.seen)"
  expect_seen stderr 'sends something else than what has the digest'
  end_servers
  servers=()
done
expect 'the roots in the cache' 0 "$(roots)"

# The same registry, once it is honest.
serve "$port" python3 "$PIPEC_SOURCE_DIR/tests/e2e/image/lying_registry.py" "$port" layout none
pipec 0 build p --format json
expect_executed p.img p.seen
