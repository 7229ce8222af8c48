# examples/monorepo: packages are built once and tested on a matrix, and an edit reaches what its
# README says.
example=monorepo
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/examples/example.bash"

builds=(almanac.dates almanac.built[{cli,web}])
cells() { printf "almanac.test.cells[$1][%s]\n" UTC Asia/Kolkata America/St_Johns; }

pipec 0 check --strict
build 0
mapfile -t tests < <(cells dates; cells cli; echo 'almanac.test.cells[web][UTC]')
expect_executed "${builds[@]}" "${tests[@]}"
build 0
expect_executed
pipec 0 get 'almanac.test.cells[cli][UTC]' --report -o results
grep -q '^# pass 3$' results/results.tap || fail 'the report does not say that three tests passed'

edit packages/web/src/style.css s/#777/#999/
build 0
expect_executed 'almanac.built[web]' 'almanac.test.cells[web][UTC]'

edit packages/cli/test/week.test.mjs s/tomorrow/yesterday/
build 0
mapfile -t tests < <(cells cli)
expect_executed "${tests[@]}"

edit packages/dates/src/dates.mjs 's/^\/\/ Monday is 1/& of course/'
build 0
expect_executed almanac.dates

build 0 --zones Asia/Kathmandu
expect_executed almanac.test.cells[{dates,cli}][Asia/Kathmandu]
build 0
expect_executed

edit packages/dates/src/dates.mjs '/return { year, week/s/+ 1 }/+ 2 }/'
build 1 --keep-going
mapfile -t tests < <(cells dates; cells cli; echo 'almanac.test.cells[web][UTC]')
expect_executed "${builds[@]}" "${tests[@]}"
pipec 0 log 'almanac.test.cells[web][UTC]'
expect_seen stdout 'a year has 52 weeks'
