# std.oci: an image is pulled by digest, gets a layer on top that is the same every time, and is
# pushed, and put back by a rollback.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/registry.bash"

serve_registry

cat >p.pipe <<END
use std.oci
environment Live { url = "http://$registry/" }
let registry = "$registry"
END
cat >>p.pipe <<'END'
pipeline base() {
  let img = oci.layered(oci.scratch(), files = dir("base"), env = ["BASE=yes"])
  stage push { oci.push(img, to = Live, name = "${registry}/base", tag = "1", insecure = true) }
}
environment Apps { url = "http://127.0.0.1/" }
test good(site: Deployment, word: File) {
  on_fail = OnFail.rollback
  run sh"! grep -q bad ${word}"
}
pipeline app() {
  let below = oci.image("${registry}/base:1", insecure = true)
  let img   = oci.layered(below, files = tree(["app": dir("app")]), entrypoint = ["/app/run", "-v"], user = "1000", labels = ["title=app"])
  let moved = oci.layout(dir("layout"))
  stage push {
    let live = oci.push(img, to = Apps, name = "${registry}/app", tag = "latest", insecure = true)
    good(live, word = file("app/run"))
  }
  out img = img
}
pipeline missing() { let img = oci.image("${registry}/nothing:1", insecure = true) }
pipeline wrong() { let img = oci.layout(dir("app")) }
END
mkdir -p base/etc app
echo base >base/etc/base
echo run >app/run
chmod +x app/run

pipec 0 build base --format json
expect_executed base.img/scratch base.img base.push.push
first=$(digest_of base:1)
skopeo copy --quiet --src-tls-verify=false "docker://$registry/base:1" "oci:$work/w/layout:image"

pipec 0 build app --format json
expect_executed app.below app.img app.moved app.push.live app.push.good
digest=$(digest_of app:latest)
expect 'the entry point' '["/app/run","-v"] 1000 ["BASE=yes"] app' \
  "$(skopeo inspect --tls-verify=false --config "docker://$registry/app:latest" | jq -r '.config | "\(.Entrypoint | tojson) \(.User) \(.Env | map(select(startswith("BASE"))) | tojson) \(.Labels.title)"')"
umoci unpack --rootless --image .pipec/out/app/img:image "$work/bundle" 2>/dev/null
[[ -x $work/bundle/rootfs/app/run ]] || fail 'the file in the image is not executable'
expect 'a file of the base' base "$(cat "$work/bundle/rootfs/etc/base")"
pulls=$(requests 'GET /v2/base/blobs')
pipec 0 build app --format json
expect_executed
expect 'the layers pulled by the repeat' "$pulls" "$(requests 'GET /v2/base/blobs')"
touch app/run
pipec 0 build app.img --force
expect 'the digest of the same files' "$digest" "sha256:$(jq -r '.manifests[0].digest' .pipec/out/app/img/index.json | cut -d: -f2)"

echo new >base/etc/base
pipec 0 build base --format json
[[ $(digest_of base:1) != "$first" ]] || fail 'the other base has the same digest'
pipec 0 build app --format json
expect_executed app.below app.img app.push.live app.push.good
good=$(digest_of app:latest)
echo bad >app/run
pipec 1 build app
expect 'what the tag names after a failed test' "$good" "$(digest_of app:latest)"

pipec 1 build missing
expect_seen stderr 'manifest unknown|repository name not known'
pipec 1 build wrong
expect_seen stderr 'this folder is no OCI layout'
