# behaviour 26
# A source that is missing fails before any step runs, at the line that declares it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

cat >>p.pipe <<'END'
pipeline q() {
  let first  = look(file("a.txt"))
  let second = look(file("b.txt"))
}
END
pipec 2 build q --format json
expect_seen stderr '^error\[E0706\]: there is no file `b\.txt`'
expect_seen stderr 'p\.pipe:14:'
pipec 2 log q.first
