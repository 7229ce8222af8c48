# An image that is built on another one runs: here, and when it was pushed and pulled again, which
# is the same image.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

serve_registry
layout layout <<<$'layer\nbusybox\nfile opt/app/run "of the base"\nfile opt/base yes\nenv KEPT=kept'
cat >p.pipe <<END
use std.oci
let registry = "$registry"
environment Registry { url = "http://$registry/" }
END
cat >>p.pipe <<'END'
build say(img: Image) -> File {
  image = img
  run sh"/opt/app/run >${out}"
}
pipeline made() {
  let img  = oci.layered(
    oci.layout(dir("layout")),
    files = tree(["opt/app": dir("app")]),
    env = ["GREETING=good day"],
    entrypoint = ["/opt/app/run"],
  )
  let said = say(img)
  stage push { oci.push(img, to = Registry, name = "${registry}/app", tag = "1", insecure = true) }
  out said = said
}
pipeline again() {
  let said = say(oci.image("${registry}/app:1", insecure = true))
  out said = said
}
END
mkdir app
cat >app/run <<'END'
#!/bin/sh
echo "$GREETING $KEPT $(cat /opt/base)"
END
chmod +x app/run
pipec 0 build made --format json
expect_executed made.img made.img/layout made.said made.push.push
expect 'what it says' 'good day kept yes' "$(cat .pipec/out/made/said)"
pipec 0 build again --format json
expect_executed again.said/image
expect 'what it says when it was pulled' 'good day kept yes' "$(cat .pipec/out/again/said)"
expect 'the roots in the cache' 1 "$(roots)"
sed -i 's/echo/echo now/' app/run
pipec 0 build made --format json
expect_executed made.img made.said made.push.push
pipec 0 build again --format json
expect_executed again.said/image
expect 'what it says now' 'now good day kept yes' "$(cat .pipec/out/again/said)"
