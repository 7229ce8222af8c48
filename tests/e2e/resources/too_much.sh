# behaviour 62
# A step that asks for more memory than there is runs alone, with a warning; what it used is told.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/resources/steps.bash"

cat >p.pipe <<END
build eat(src: File, i: Int) -> File {
  memory = 64GiB
  run sh"$note; perl -e '\$x = q(a) x 50_000_000'"
}
build small(src: File, i: Int) -> File { run sh"$note" }
pipeline p() {
  let all  = [for i in 0..6 => small(file("a.txt"), i = i)]
  let huge = eat(file("a.txt"), i = 7)
}
END
pipec 0 build p -j 8 --cpus 8 --memory 24GiB --events "$work/events" --format json
expect_seen stderr 'warning: `p.huge` asks for 64 GiB of memory, and there is 24 GiB: it runs alone'
for i in {0..5}; do
  expect "whether huge and $i overlap" false "$(overlap "$work/events" p.huge "p.all[$i]")"
done
expect 'the peak of its memory' true "$(json '.nodes[] | select(.label == "p.huge") | .peak_memory > 50000000 and .cpu_ms >= 0')"

# What is served does not run, so there is nothing to warn of; what it took is known.
pipec 0 build p --memory 24GiB --format json
! grep -q warning "$work/seen/stderr" || fail 'it warns of a step that is cached'
expect 'the peak of its memory' true "$(json '.nodes[] | select(.label == "p.huge") | .peak_memory > 50000000')"
pipec 0 build p -v
expect_seen stderr 'cached p.huge: '
pipec 0 build p -v --force --memory none
expect_seen stderr 'built p.huge \([0-9.]+ s, CPU [0-9.]+ s, memory [0-9]+ MiB\)'
! grep -q warning "$work/seen/stderr" || fail 'it warns without a limit'
pipec 0 why p.huge
expect_seen stdout '^  took: [0-9.]+ s, CPU [0-9.]+ s, memory [0-9]+ MiB$'
