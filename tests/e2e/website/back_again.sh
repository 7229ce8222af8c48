# behaviour 71
# A deploy compares with what is deployed: going back to a release deploys it again, and so does
# drift.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/website/site.bash"

deliver 0
first=$(released)
commit method.html 's/240/230/'
deliver 0
second=$(released)
commit method.html 's/230/240/'
deliver 0 --format json
expect_executed website.source.repo website.prod.{live,links}
expect 'the release' "$first" "$(released)"

# Somebody else switched the site: the probe sees it.
ln -sfn "$second" .site/www/current
deliver 0 --format json
expect_executed website.prod.{live,links}
expect 'the release' "$first" "$(released)"

deliver 0 --format json
expect_executed
