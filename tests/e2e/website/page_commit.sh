# A commit to one page is built, tested, deployed and checked; the packages stay installed.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/website/site.bash"

deliver 0
before=$(released)
commit method.html 's/240/230/'
deliver 0 --format json
expect_executed website.source.repo website.prod.{app,tested,live,links}
expect 'the state of the packages' cached "$(state website.prod.deps)"
page /method.html | grep -q '230 °C' || fail 'the new page is not served'
[[ $(released) != "$before" ]] || fail 'the release is the old one'
