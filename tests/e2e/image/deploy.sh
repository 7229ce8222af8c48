# Builds, tests, live tests and deploys run in an image; the paths of an environment are there, also
# below a folder that the image has.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

# Not below /tmp, which a step has of its own.
place=$(mktemp -d /var/tmp/pipec-e2e.XXXXXX)
remove_place() { rm -rf "$place"; }
at_exit+=(remove_place)
mkdir -p "$place/srv/site" "$place/srv/other"
layout layout <<END
layer
busybox
dir ${place#/}/srv
file ${place#/}/srv/of_the_image yes
file marker "the image"
END
cat >p.pipe <<END
use std.oci
environment Live { paths = ["$place/srv/site"] }
END
cat >>p.pipe <<'END'
build page(img: Image, src: File) -> Dir {
  image = img
  run sh"mkdir ${out}; cat ${src} /marker >${out}/page"
}
test good(site: Dir, img: Image) {
  image = img
  run sh"[ -e /marker ]; grep -q 'the image' ${site}/page"
}
deploy put(subject site: Dir, img: Image, root: String) {
  image = img
  run sh"""
    [ -e /marker ]
    [ ! -e ${root}/../other ]
    cat ${root}/../of_the_image >${root}/seen
    cp ${site}/page ${root}/page
  """
}
test live(site: Deployment, img: Image, root: String) {
  image   = img
  on_fail = OnFail.rollback
  run sh"[ -e /marker ]; ! grep -q bad ${root}/page"
}
pipeline p(root: String) {
  let img    = oci.layout(dir("layout"))
  let site   = page(img, src = file("src"))
  let tested = good(site, img = img)
  stage ship {
    let put_there = put(site, to = Live, img = img, root = root)
    live(put_there, img = img, root = root)
  }
}
END
echo one >src
pipec 0 build p --root "$place/srv/site" --format json
expect_executed p.img p.site p.tested p.ship.put_there p.ship.live
expect 'what is live' onetheimage "$(tr -d '\n ' <"$place/srv/site/page")"
expect 'what the deploy saw of the image' yes "$(cat "$place/srv/site/seen")"
pipec 0 build p --root "$place/srv/site" --format json
expect_executed
echo bad >src
pipec 1 build p --root "$place/srv/site"
expect 'what is live after a failed test' onetheimage "$(tr -d '\n ' <"$place/srv/site/page")"
