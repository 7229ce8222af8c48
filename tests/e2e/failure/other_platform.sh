# A step for another platform is not executed, and nothing of it is cached; one for this machine's
# is.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

here=linux_x64 other=linux_arm64
[[ $(uname -m) == x86_64 ]] || here=linux_arm64 other=linux_x64
cat >p.pipe <<'END'
build own(on: Platform) -> File {
  platform = on
  run sh"echo built >${out}"
}
pipeline p(on: Platform) {
  let made = own(on)
  out made = made
}
END
pipec 0 build p --on "$here"
expect 'what was built' built "$(cat .pipec/out/p/made)"
for attempt in first second; do
  pipec 1 build p --on "$other" --format json
  expect "the failure, the $attempt time" \
    "R1010 the step is for $other, and this machine is $here: build it on one that matches, or leave \`platform\` out" \
    "$(json '.nodes[0].failure | "\(.code) \(.message)"')"
done
pipec 1 build p --on macos_arm64
expect_seen stderr 'error\[R1010\]: the step is for macos_arm64'
