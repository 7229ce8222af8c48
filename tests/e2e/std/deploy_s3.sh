# deploy.s3 mirrors a site to a bucket: only what differs is sent, what is gone is deleted, and a
# rollback puts the old content back.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/site.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

cp -R "$PIPEC_SOURCE_DIR/tests/e2e/std/s3rver" "$work/s3"
(cd "$work/s3" && npm ci --silent --no-audit --no-fund --ignore-scripts)
port=$(free_port) buckets=$work/buckets
mkdir "$buckets"
serve "$port" node "$work/s3/node_modules/s3rver/bin/s3rver.js" --address 127.0.0.1 --port "$port" --directory "$buckets" \
  --configure-bucket www
export PIPEC_SECRET_ID=S3RVER PIPEC_SECRET_KEY=S3RVER

cat >p.pipe <<'END'
use std.deploy
environment Live {}
pipeline p(endpoint: Url, bucket: String = "www") {
  stage ship {
    let live = deploy.s3(dir("site"), to = Live, bucket = bucket, prefix = "blog/", endpoint = endpoint,
                         auth = ["AWS_ACCESS_KEY_ID": secret("id"), "AWS_SECRET_ACCESS_KEY": secret("key")])
    good(live, page = dir("site").file("index.html"))
  }
}
test good(site: Deployment, page: File) {
  on_fail = OnFail.rollback
  run sh"! grep bad ${page}"
}
END
build() { pipec "${code:-0}" build p --endpoint "http://127.0.0.1:$port" --format json "$@"; }
get() { curl --silent --fail "http://127.0.0.1:$port/www/blog/$1"; }
puts() { requests "Stored object \"blog/$1\""; }

page one
build
expect_executed p.ship.live p.ship.good
expect 'the page' one "$(get index.html)"
get assets/large.bin | cmp - site/assets/large.bin
expect 'the type of the style sheet' text/css "$(curl --silent --head --write-out '%{content_type}' --output "$work/head" "http://127.0.0.1:$port/www/blog/assets/style.css")"
build
expect_executed

page two
build
expect_executed p.ship.live p.ship.good
expect 'the page' two "$(get index.html)"
expect 'how often the asset was sent' 1 "$(puts assets/large.bin)"
echo other | AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER s3cmd --config /dev/null --host="127.0.0.1:$port" --host-bucket= --no-ssl \
  --quiet put - s3://www/blog/.pipec-release
build
expect_executed p.ship.live p.ship.good
mv site/assets/style.css site/assets/other.css
ln -sf other.css site/assets/link.css
build
expect 'what is gone' '' "$(get assets/style.css || true)"
expect 'what is new' 'body {}' "$(get assets/other.css)"

page bad
code=1 build
expect 'the page after the rollback' two "$(get index.html)"

page six
code=1 build --bucket none
expect_seen stderr 'NoSuchBucket|does not exist'
PIPEC_SECRET_ID=wrong code=1 build
expect_seen stderr 'InvalidAccessKeyId'
expect 'the page' two "$(get index.html)"
