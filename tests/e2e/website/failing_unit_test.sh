# A commit that breaks a unit test deploys nothing, and the failing test is the last that is shown.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/website/site.bash"

deliver 0
before=$(released)
commit src/dough.js 's/^const YEAST = 0.5/const YEAST = 5/'
deliver 1 --format json
expect_executed website.source.repo website.prod.{app,tested}
expect 'the state of the unit test' failed "$(state website.prod.tested)"
expect 'the state of the deploy' skipped "$(state website.prod.live)"
expect 'the state of the link check' skipped "$(state website.prod.links)"
expect 'the release' "$before" "$(released)"

deliver 1
expect_last '^pipec: [0-9]+ executed, [0-9]+ cached, 1 failed, 2 skipped in '
tail -n 60 "$work/seen/stderr" | grep -q 'takes water as a share of the flour' ||
  fail 'the failing test is not among the last that is shown'

commit src/dough.js 's/^const YEAST = 5/const YEAST = 0.5/'
deliver 0 --format json
expect_executed website.source.repo
expect 'the release' "$before" "$(released)"
