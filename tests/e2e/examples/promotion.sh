# behaviour 74
# examples/promotion: nothing reaches production that staging did not show and nobody approved; a
# bad release is taken back.
example=promotion
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/examples/example.bash"

rm -rf .servers
at_exit+=(stop_servers)
stop_servers() { "$work/w/servers" stop; }
for _ in 1 2 3; do
  # The port after it has to be free, too.
  ./servers start "$(free_port)" && break
done
page() { at staging "$1"; }
at() { curl -fsS "$(sed -n "s/^pub let $1: Url = \"\(.*\)\"/\1/p" .servers/settings.pipe)/$2"; }
# reload: nginx reads its settings again. Its old workers answer for a while beside the new ones.
reload() {
  local master worker old
  master=$(cat .servers/nginx/pid)
  old=$(pgrep -P "$master")
  kill -HUP "$master"
  for worker in $old; do
    while kill -0 "$worker" 2>/dev/null; do :; done
  done
}
held=promotion.production.approved
staging=(promotion.staging.{staged,smoked})

pipec 0 check --strict
build 3
expect_executed promotion.html promotion.test.tested "${staging[@]}"
expect 'the approval' held "$(state $held)"
[[ $(json ".nodes[] | select(.label == \"$held\").reason") == *"pipec approve $held"* ]] || fail 'it does not say what to type'
page index.html | grep -q 'Release spring' || fail 'staging does not show the site'
build 3
expect_executed
expect 'what is in production' '' "$(ls .servers/production)"
pipec 0 approve $held --comment 'it answers'
build 0
expect_executed promotion.production.{live,smoke}
at production index.html | grep -q 'Release spring' || fail 'production does not show the site'
build 0
expect_executed

edit pages/beds.html s/peas/beans/
build 3
expect_executed promotion.html promotion.test.tested "${staging[@]}"
page beds.html | grep -q beans || fail 'staging does not show the new site'
at production beds.html | grep -q peas || fail 'production has what nobody approved'
edit pages/beds.html s/beans/peas/
build 0
expect_executed "${staging[@]}"

edit pages/index.html s/beds.html/bed.html/
build 1
expect_executed promotion.html promotion.test.tested "${staging[@]}"
expect 'the smoke test' failed "$(state promotion.staging.smoked)"
expect 'the approval' skipped "$(state $held)"
page index.html | grep -q 'href="beds.html"' || fail 'staging did not go back'
edit pages/index.html s/bed.html/beds.html/

edit pages/beds.html '/<title>/d'
build 1
expect_executed promotion.html promotion.test.tested
page beds.html | grep -q '<title>' || fail 'staging has what was not tested'
edit pages/beds.html '1a <title>The beds</title>'

# What was fine on staging fails in production, where somebody has left a page that the server
# prefers: production goes back.
edit pages/beds.html s/peas/leeks/
build 3
subject=$(json ".nodes[] | select(.label == \"$held\").reason" | sed -n 's/.*--subject \([0-9a-f]*\)`.*/\1/p')
pipec 0 approve $held --subject "$subject"
edit .servers/nginx/nginx.conf "/staging/!s|root .*production/current\";|&\n    location = /beds.html { return 500; }|"
reload
build 1
expect 'the check of production' failed "$(state promotion.production.smoke)"
edit .servers/nginx/nginx.conf '/return 500/d'
reload
at production beds.html | grep -q peas || fail 'production did not go back'
build 3
expect_seen stderr 'was rolled back from `Production`'
pipec 0 unhold Production
build 0
expect_executed promotion.production.{live,smoke}
at production beds.html | grep -q leeks || fail 'production does not show the site that was let through again'

cp promotion.pipe kept
edit promotion.pipe 's/directory(approved,/directory(smoked,/'
pipec 2 check
expect_seen stderr 'error\[E0601\]: Production requires evidence `Approved`'
mv kept promotion.pipe
at production beds.html | grep -q '<title>' || fail 'production has what was not tested'
expect 'the releases in production' 2 "$(find .servers/production -name index.html -not -path '*/current/*' | wc -l)"
