# behaviour 36
# Exit code 0 without a declared output is a failure, and nothing is cached.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build nothing(src: File) -> File {
  out = "promised.txt"
  run sh"echo ${src} > other.txt"
}
pipeline p() { let none_made = nothing(file("a.txt")) }
END
echo a >a.txt
for attempt in 1 2; do
  pipec 1 build p
  expect_seen stderr 'R1001'
  expect_seen stderr 'promised.txt'
  expect_last '^pipec: 1 executed, 0 cached, 1 failed'
done
