# behaviour 23
# A step that reads an undeclared file fails, and the message names the step, the file and the edit.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build show(src: File) -> File {
  out = "seen.txt"
  run sh"cat ${src} secret-notes.txt > ${out}"
}
pipeline p() {
  let seen = show(file("a.txt"))
}
END
echo a >a.txt
echo notes >secret-notes.txt
pipec 1 build p
expect_seen stderr 'p\.seen'
expect_seen stderr 'R1002'
expect_seen stderr '`secret-notes.txt`'
expect_seen stderr 'file\("secret-notes.txt"\)'
