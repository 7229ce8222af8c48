# behaviour 41
# An output that turns from a file into a directory, or back, works in one run.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

as_file() {
  cat >p.pipe <<'END'
build make(src: File) -> File { run ["cp", src, out] }
pipeline p() {
  let made = make(file("a.txt"))
  out made = made
}
END
}
as_folder() {
  cat >p.pipe <<'END'
build make(src: File) -> Dir { run sh"mkdir ${out} && cp ${src} ${out}/inside" }
pipeline p() {
  let made = make(file("a.txt"))
  out made = made
}
END
}
echo a >a.txt
as_file
pipec 0 build p
expect 'the file' a "$(cat .pipec/out/p/made)"
as_folder
pipec 0 build p
expect 'the file in the folder' a "$(cat .pipec/out/p/made/inside)"
as_file
pipec 0 build p --format json
expect_executed
expect 'the file' a "$(cat .pipec/out/p/made)"
