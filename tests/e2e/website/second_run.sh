# A second run asks where the branch is, and executes nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/website/site.bash"

deliver 0
release=$(released)
deliver 0 --format json
expect_executed
expect 'failed nodes' 0 "$(json .counts.failed)"
for label in "${everything[@]}"; do
  expect "the state of $label" cached "$(state "$label")"
done
[[ $(json '.nodes[] | select(.label == "website.prod.links").reason') == ?* ]] ||
  fail 'the link check does not say why it did not run'
expect 'the release' "$release" "$(released)"

deliver 0
expect_last '^pipec: 0 executed, [0-9]+ cached, 0 failed in '
