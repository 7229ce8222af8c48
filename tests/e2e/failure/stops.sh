# behaviour 45
# After a failure no new step starts, and finished work is kept.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build bad(src: File) -> File {
  out = "bad.txt"
  run sh"cat ${src} >&2; false"
}
build copy(src: File, name: String) -> File {
  out = name
  run ["cp", src, out]
}
pipeline p() {
  let broken = bad(file("a.txt"))
  let after  = copy(broken, name = "after.txt")
  let free   = copy(file("b.txt"), name = "free.txt")
  let last   = copy(free, name = "last.txt")
}
END
echo a >a.txt
echo b >b.txt

pipec 0 build p.free
sed -i 's/let last .*/let last = copy(free, name = "another.txt")/' p.pipe
# With one job the failing step, which has the longest way to go, comes first.
pipec 1 build p -j 1 --format json
expect_executed p.broken
expect 'the rest' skipped "$(state p.last)"
sed -i 's/; false/; cp ${src} ${out}/' p.pipe
pipec 0 build p --format json
expect_executed p.broken p.after p.last
