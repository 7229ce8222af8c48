# A first run fetches, builds, tests, deploys and checks the site, and hands over what it made.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/website/site.bash"

deliver 0
expect_last '^pipec: 6 executed, 1 cached, 0 failed in '
page / | grep -q '<h1>Bread in a day</h1>' || fail 'the front page is not served'
expect 'the release' "$(released)" "releases/$(ls .site/www/releases)"

pipec 0 get website.prod.app -o dist
for file in dist/*.html; do
  page "/${file#dist/}" | cmp - "$file" || fail "$file is not what is served"
done
diff -r dist .pipec/out/website/site || fail 'the copy in .pipec/out is not what was built'

pipec 0 get website.prod.tested --report -o results
expect 'the first line about the tests' 1 "$(grep -c 'tests="13" failures="0"' results/junit.xml)"

pipec 0 log website.prod.links
expect_seen stdout '0 errors found'
