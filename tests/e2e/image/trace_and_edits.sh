# With an image, `--trace` tells what a step reads of it, and a step that fails for want of a file
# of the repository gets the edits that declare it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

layout layout <<<$'layer\nbusybox\ndir data\nfile data/word one'
cat >p.pipe <<'END'
use std.oci
build look(src: File, spare: File, img: Image) -> File {
  image = img
  run sh"""
    test -e notes.txt || true
    touch /bin/mine || true
    echo ${spare}
    cat ${src} /data/word >${out}
  """
}
build fails(src: File, img: Image) -> File {
  image = img
  run sh"cat ${src} notes.txt >${out}"
}
pipeline p() {
  let img  = oci.layout(dir("layout"))
  let seen = look(file("src.txt"), spare = file("spare.txt"), img = img)
}
pipeline q() {
  let img  = oci.layout(dir("layout"))
  let seen = fails(file("src.txt"), img = img)
}
END
touch src.txt spare.txt notes.txt
pipec 0 build p
pipec 0 build p.seen --trace --format json
trace=$(json '.nodes[] | select(.label == "p.seen").trace')
expect 'what is unused' '["spare.txt"]' "$(jq -c .unused <<<"$trace")"
expect 'what is not declared' '["notes.txt"]' "$(jq -c '[.undeclared[].path]' <<<"$trace")"
expect 'where it may not write' '["/bin/mine"]' "$(jq -c .refused <<<"$trace")"
jq -e '.files | index("/data/word")' <<<"$trace" >"$work/seen/found" || fail "the file of the image is not among the files: $trace"
pipec 0 build p --format json
expect_executed

pipec 1 build q
expect_seen stderr 'error\[R1002\]: .*notes\.txt'
expect_seen stderr 'fails\(src: File, img: Image, notes: File\)'
