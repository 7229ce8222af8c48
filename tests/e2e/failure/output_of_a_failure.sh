# behaviour 50
# A failed step's output appears whole when it fails, and its tail again in the summary.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build talk(src: File) -> File {
  run sh"cat ${src}; echo 'the very reason' >&2; exit 1"
}
pipeline p() { let said = talk(file("a.txt")) }
END
seq -f 'line %g' 1 500 >a.txt
pipec 1 build p --progress plain
expect 'the first line' 1 "$(grep -cx 'line 1' "$work/seen/stderr")"
expect_seen stderr '^the very reason$'
expect_seen stderr 'p\.pipe:2:'
expect_last '^pipec: 1 executed, 0 cached, 1 failed in '
