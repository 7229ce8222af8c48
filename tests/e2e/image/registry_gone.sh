# A registry that does not answer, or has no such image, fails the source with a message that says
# so; what was pulled before is still built with once it is pinned.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

serve_registry
layout layout <<<$'layer\nbusybox\nfile word one'
push layout tools:1
cat >p.pipe <<END
use std.oci
let registry = "$registry"
END
cat >>p.pipe <<'END'
build use_it(img: Image, word: File) -> File {
  image = img
  run sh"cat /word ${word} >${out}"
}
pipeline p(tag: String = "1") {
  let img  = oci.image("${registry}/tools:${tag}", insecure = true)
  let seen = use_it(img, word = file("word"))
  out seen = seen
}
END
echo first >word
pipec 0 build p --format json
expect_executed p.img p.seen
pipec 1 build p --tag 2
expect_seen stderr "there is no image .*$registry/tools:2"
pipec 0 pin p

end_servers
echo second >word
pipec 0 build p --format json
expect_executed p.seen
expect 'what was built' onesecond "$(tr -d '\n' <.pipec/out/p/seen)"
rm pipe.lock
pipec 1 build p
expect_seen stderr "the registry of .*$registry/tools:1.* does not answer"
