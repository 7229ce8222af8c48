# A registry that wants to know who asks: with the credentials an image is pulled and pushed,
# without them the message says what is missing, and they are kept nowhere.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

echo 'alice:$2b$04$Feoe/fxr8E5Lsb/TH.bd8.PIY59kbRwAie5YaoSY4gBRa62ucubSa' >"$work/htpasswd" # wonderland
serve_registry "auth: {htpasswd: {realm: tests, path: $work/htpasswd}}"
layout layout <<<$'layer\nbusybox\nfile word one'
skopeo --insecure-policy copy --quiet --dest-creds alice:wonderland --dest-tls-verify=false oci:layout:image "docker://$registry/tools:1"

cat >p.pipe <<END
use std.oci
let registry = "$registry"
environment Registry { url = "http://$registry/" }
END
cat >>p.pipe <<'END'
build inside(img: Image) -> File {
  image = img
  run sh"cat /word >${out}"
}
pipeline p(credentials: Secret? = none) {
  let img  = oci.image("${registry}/tools:1", insecure = true, credentials = credentials)
  let seen = inside(img)
  stage push {
    oci.push(oci.layered(img, files = tree(["seen": seen])), to = Registry, name = "${registry}/app", tag = "1", insecure = true, credentials = credentials)
  }
}
END
auth() { printf '{"auths": {"%s": {"auth": "%s"}}}' "$registry" "$(printf %s "$1" | base64)"; }

pipec 1 build p
expect_seen stderr "the registry wants other credentials for $registry/tools:1"
PIPEC_SECRET_REGISTRY=$(auth alice:looking-glass) pipec 1 build p --credentials registry
expect_seen stderr "the registry wants other credentials for $registry/tools:1"
PIPEC_SECRET_REGISTRY=$(auth alice:wonderland) pipec 0 build p --credentials registry --format json
expect_executed p.img p.seen p.push.push{,/layered}
expect 'what the registry has' 200 "$(curl -s -o "$work/got" -w '%{http_code}' -u alice:wonderland "http://$registry/v2/app/manifests/1" -H 'Accept: application/vnd.oci.image.manifest.v1+json')"
expect 'where the credentials are' '' "$(grep -rl -e wonderland -e "$(printf alice:wonderland | base64)" .pipec "$XDG_CACHE_HOME" "$work/seen" || true)"
