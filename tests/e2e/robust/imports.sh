# A chain of 2,000 imports is fine; a cycle of 50 is one error that shows the way round.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir chain cycle
for ((i = 0; i < 1999; i++)); do
  printf 'use "./m%d.pipe" as next\npub let depth = next.depth + 1\n' $((i + 1)) >chain/m$i.pipe
done
printf 'pub let depth = 0\n' >chain/m1999.pipe
printf 'use "./chain/m0.pipe" as first\npipeline p() { assert first.depth == 1999, "${first.depth}" }\n' >p.pipe
pipec 0 list p.pipe

for ((i = 0; i < 50; i++)); do
  printf 'use "./m%d.pipe" as next\npub let x = next.x\n' $(((i + 1) % 50)) >cycle/m$i.pipe
done
pipec 2 check cycle/m0.pipe
expect_seen stderr 'error.E0203.*modules import each other'
expect_seen stderr 'cycle/m0.pipe -> cycle/m1.pipe -> .* -> cycle/m49.pipe -> cycle/m0.pipe'
expect 'the count of errors' 1 "$(grep -c '^error' "$work/seen/stderr")"
