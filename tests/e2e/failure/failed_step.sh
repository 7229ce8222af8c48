# behaviour 43
# A failed step leaves nothing in the cache, and runs again next time.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build partial(src: File) -> File {
  out = "partial.txt"
  run sh"echo half > ${out}; cat ${src}; exit 3"
}
build use(src: File) -> File {
  out = "used.txt"
  run ["cp", src, out]
}
pipeline p() {
  let half = partial(file("a.txt"))
  let used = use(half)
  out half = half
}
END
echo a >a.txt
for attempt in 1 2; do
  pipec 1 build p --format json
  expect_executed p.half
  expect 'the step after it' skipped "$(state p.used)"
  [[ ! -e .pipec/out/p/half ]] || fail 'the partial output was handed over'
done
pipec 1 build p
expect_seen stderr 'exit code 3'
pipec 2 get p.half -o half
[[ ! -e half ]] || fail 'the partial output was handed over'
