# The images of the examples are made of what Debian's archive has now, and used; repeating that
# asks and executes nothing more.
npm_registry=$(npm config get registry 2>/dev/null)
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
. "$PIPEC_SOURCE_DIR/tests/e2e/images.bash"

mkdir -p "$images"
exec 9>"$images/lock"
flock 9
for example in cpp website; do
  make_image "$example" fresh
  # shellcheck disable=SC2046  # one word or none
  pipec 0 build p -C "$images/$example" --cache-dir "$images/cache" --format json $(network_of "$example")
  expect_executed
done
