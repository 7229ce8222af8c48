# behaviour 62
# With -j N exactly N steps run at once, whatever the number of CPUs.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/resources/steps.bash"

cat >p.pipe <<END
build step(src: File, i: Int) -> File { run sh"$meet" }
pipeline p(n: Int) { let steps = [for i in 0..n => step(file("a.txt"), i = i)] }
END
let_meet 12 p --n 12 -j 12 --cpus 2
let_meet 3 p --n 11 -j 3 --force --events "$work/events"
expect 'the most at once' 3 "$(most_at_once "$work/events")"
