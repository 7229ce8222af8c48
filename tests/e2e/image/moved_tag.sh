# A tag that is moved to other content executes the steps that have the image, and no others; one
# that names the same content executes none of them.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

serve_registry
layout one <<<$'layer\nbusybox\nfile word one'
layout two <<<$'layer\nbusybox\nfile word two'
push one tools:1
cat >p.pipe <<END
use std.oci
let registry = "$registry"
END
cat >>p.pipe <<'END'
build inside(img: Image) -> File {
  image = img
  run sh"cat /word >${out}"
}
build on_top(word: File) -> File { run sh"cat ${word} >${out}; echo ! >>${out}" }
build outside() -> File { run sh"echo outside >${out}" }
pipeline p(tag: String = "1") {
  let img   = oci.image("${registry}/tools:${tag}", insecure = true)
  let seen  = inside(img)
  let top   = on_top(seen)
  let other = outside()
  out top = top
}
END
pipec 0 build p --format json
expect_executed p.img p.seen p.top p.other
push one tools:2
pipec 0 build p --tag 2 --format json
expect_executed p.img
push two tools:1
pipec 0 build p --format json
expect_executed p.img p.seen p.top
expect 'what was built' two! "$(tr -d '\n' <.pipec/out/p/top)"
push one tools:1
pipec 0 build p --format json
expect_executed
expect 'what was built' one! "$(tr -d '\n' <.pipec/out/p/top)"
