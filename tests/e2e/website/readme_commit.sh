# A commit that changes only the README is checked out, and reaches nothing else.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/website/site.bash"

deliver 0
release=$(released)
commit README.md '1s/$/ and more/'
deliver 0 --format json
expect_executed website.source.repo
expect 'the release' "$release" "$(released)"
