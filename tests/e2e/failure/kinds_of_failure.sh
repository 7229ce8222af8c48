# behaviour 52
# A missing command, a non-executable one and death by a signal have messages of their own.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build missing(src: File) -> File { run ["no-such-command", src, out] }
build plain_file(src: File) -> File { run [src, out] }
build killed(src: File) -> File { run sh"cat ${src}; kill -SEGV $$" }
pipeline p() {
  let absent  = missing(file("a.txt"))
  let no_exec = plain_file(file("a.txt"))
  let crash   = killed(file("a.txt"))
}
END
echo a >a.txt
pipec 1 build p.absent
expect_seen stderr 'no command `no-such-command`'
pipec 1 build p.no_exec
expect_seen stderr 'cannot be executed'
pipec 1 build p.crash
expect_seen stderr 'signal 11'
