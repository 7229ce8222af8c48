# behaviour 62
# A deep chain and very many ready steps overflow nothing: all of them execute once, and the next
# build executes none.
#
# PIPEC_SCALE_READY and PIPEC_SCALE_CHAIN are their numbers; the whole promise is 100000 of each.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

ready=${PIPEC_SCALE_READY:-400} chain=${PIPEC_SCALE_CHAIN:-200}
{
  cat <<END
build step(src: File, i: Int) -> File {
  env = ["I": "\${i}"]
  run ["cp", src, out]
}
pipeline ready() { let steps = [for i in 0..$ready => step(file("a.txt"), i = i)] }
pipeline chain() {
  let s0 = step(file("a.txt"), i = -1)
END
  awk -v n="$chain" 'BEGIN { for (i = 1; i < n; i++) print "  let s" i " = step(s" i - 1 ", i = -" i + 1 ")" }'
  echo "  out last = s$((chain - 1))"
  echo '}'
} >p.pipe
echo a >a.txt

for pipeline in ready chain; do
  count=${!pipeline}
  begin=$EPOCHREALTIME
  pipec 0 build $pipeline -j 64 -q
  expect_last "^pipec: $count executed, 0 cached, 0 failed in"
  middle=$EPOCHREALTIME
  pipec 0 build $pipeline -j 64 -q
  expect_last "^pipec: 0 executed, $count cached, 0 failed in"
  awk -v what=$pipeline -v n="$count" -v a="$begin" -v b="$middle" -v c="$EPOCHREALTIME" 'BEGIN {
    printf "%s: %d steps in %.1f s (%.2f ms each), again in %.1f s\n", what, n, b - a, (b - a) / n * 1000, c - b }'
done
expect 'what went through the chain' a "$(cat .pipec/out/chain/last)"

# One that fails at the beginning of the chain skips all the rest.
sed -i 's/let s0 = .*/let s0 = fails(file("a.txt"))/' p.pipe
echo 'build fails(src: File) -> File { run ["false", src] }' >>p.pipe
pipec 1 build chain -j 64 -q
expect_last "^pipec: 1 executed, 0 cached, 1 failed, $((chain - 1)) skipped in"
