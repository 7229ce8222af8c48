# The command of a failed step is shown with the paths that the step saw.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build vector(src: Dir, file: File) -> File {
  out = "made.txt"
  run ["sh", "-c", "exit 3", src, file, "-o${out}", "a b"]
}
build script(src: Dir, note: String) -> File { run sh"cat ${src}/* > ${out}; echo ${note}; ls -d ${src} ${out} >&2; false" }
test checks(src: Dir) { run sh"ls ${src} > ${report}/names; false" }
pipeline p() {
  let a = vector(dir("src"), file = file("a file.txt"))
  let b = script(dir("src"), note = "it's")
  let c = checks(dir("src"))
}
END
mkdir src
echo a >src/a
echo a >'a file.txt'
pipec 1 build p -k
expect_seen stderr "^   = command: sh -c 'exit 3' /i/1/src '/i/2/a file.txt' -o/o/made.txt 'a b'$"
expect_seen stderr "^   = command: cat /i/1/src/\* > /o/out; echo 'it'.''s'; ls -d /i/1/src /o/out >&2; false$"
expect_seen stderr '^     \| /i/1/src$'
expect_seen stderr '^   = command: ls /i/1/src > /report/names; false$'
