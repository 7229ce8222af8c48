# behaviour 51
# A hit replays standard output and standard error, byte for byte.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build noisy(src: File) -> File {
  out = "out.txt"
  run sh"""
    printf 'out \033[31m\001\377 no newline'
    printf 'err\r\n\n\ttab' >&2
    cp ${src} ${out}
    """
}
pipeline p() { let made = noisy(file("a.txt")) }
END
echo a >a.txt
pipec 0 build p
pipec 0 log p.made
cp "$work/seen/stdout" first.out
cp "$work/seen/stderr" first.err
printf 'out \033[31m\001\377 no newline' | cmp - first.out || fail 'the first log is not what was printed'
printf 'err\r\n\n\ttab' | cmp - first.err || fail 'the first log is not what was printed'
pipec 0 build p
pipec 0 log p.made
cmp "$work/seen/stdout" first.out || fail 'the replayed standard output differs'
cmp "$work/seen/stderr" first.err || fail 'the replayed standard error differs'
