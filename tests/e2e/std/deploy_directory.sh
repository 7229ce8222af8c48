# deploy.directory switches a link to whole releases, keeps some, repairs what somebody edited, and
# rolls back when a check of std.web fails.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/site.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

root=$work/www
mkdir "$root"
port=$(free_port)
serve "$port" python3 -m http.server --bind 127.0.0.1 --directory "$root/current" "$port"

cat >p.pipe <<END
environment Live {
  url   = "http://127.0.0.1:$port/"
  paths = ["$root"]
}
END
cat - p.pipe >q.pipe <<'END'
use std.deploy
use std.web
END
mv q.pipe p.pipe
cat >>p.pipe <<'END'
pipeline p(root: String, keep: Int = 2, contains: String = "page", path: String = "/index.html", status: Int = 200) {
  stage ship {
    let live = deploy.directory(dir("site"), to = Live, root = root, keep = keep)
    web.links(live)
    web.http_ok(live, path = path, status = status, contains = contains)
  }
}
END
build() { pipec "${code:-0}" build p --root "$root" --format json "$@"; }
live() { curl --silent --fail "http://127.0.0.1:$port/index.html"; }
html() { page "<title>page</title>$1<a href='assets/style.css'>style</a>"; }

html one
build
expect_executed p.ship.live p.ship.links p.ship.http_ok
[[ $(live) == *one* ]] || fail 'the page is not there'
build
expect_executed
for text in two six; do
  html "$text"
  build
  expect_executed p.ship.live p.ship.links p.ship.http_ok
done
rm "$root/current/index.html"
echo edited >"$root/current/assets/style.css"
ln -sfn nothing "$root/current"
html one
build
html six
build
ln -sfn "$(ls -d "$root"/releases/* | grep -vF "$(readlink "$root/current")" | head -n 1)" "$root/current"
build
expect_executed p.ship.live p.ship.links p.ship.http_ok
[[ $(live) == *six* ]] || fail 'the edited release was not repaired'
expect 'the releases kept' 2 "$(ls "$root/releases" | wc -l)"
expect 'what is left of the work' "$(printf '%s\n' current releases)" "$(ls -A "$root")"

html "bad <a href='nowhere.html'>no</a>"
code=1 build
expect_seen stderr 'nowhere.html'
[[ $(live) == *six* ]] || fail 'the dead link did not roll back'
html three
code=1 build --contains absent
expect_seen stderr '/index.html does not contain: absent'
[[ $(live) == *six* ]] || fail 'the missing word did not roll back'
html four
code=1 build --path /missing
expect_seen stderr '/missing answers 404, not 200'
[[ $(live) == *six* ]] || fail 'the missing page did not roll back'
html five
build --path /missing --status 404 --contains 'File not found'
[[ $(live) == *five* ]] || fail 'the answer that was asked for did not pass'

pipec 2 build p --root relative
expect_seen stderr 'deploy.directory wants an absolute root'
