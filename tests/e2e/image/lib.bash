# Steps in images that are made by hand.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/registry.bash"

# layout FOLDER: makes the OCI layout that standard input describes (layouts.py) anew.
layout() {
  rm -rf -- "$1"
  python3 "$PIPEC_SOURCE_DIR/tests/e2e/image/layouts.py" "$1"
}

# manifest_of FOLDER: the digest of its image.
manifest_of() { jq -r '.manifests[0].digest' "$1/index.json"; }

# roots: how many root file systems the cache keeps.
roots() {
  "$PIPEC" cache stats --format json | jq .images
}
