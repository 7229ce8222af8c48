# A commit with a dead link is deployed, found by the link check, and rolled back; a fix is deployed
# again.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/website/site.bash"

deliver 0
before=$(released)
old=$(page /index.html)
commit index.html 's|<a href="/method.html">method|<a href="/methods.html">method|'
deliver 1 --format json
expect_executed website.source.repo website.prod.{app,tested,live,links}
expect 'the state of the link check' failed "$(state website.prod.links)"
expect 'the release' "$before" "$(released)"
expect 'the front page' "$old" "$(page /index.html)"
pipec 0 log website.prod.links
expect_seen stdout 'methods.html'

commit index.html 's|/methods.html|/method.html|; s|a little patience|some patience|'
deliver 0
page / | grep -q 'some patience' || fail 'the new page is not served'
