# A step that prints without end takes neither pipec's memory nor the disk; the beginning and the
# end of it are kept.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build talkative() -> File {
  run sh"""
    echo first; yes 0123456789012345678901234567890123456789 | head -c 160M; echo; echo last
    (echo other; yes 0123456789012345678901234567890123456789 | head -c 160M; printf end) >&2
    echo x > ${out}
    """
}
build endless() -> File {
  timeout = 3s
  run sh"yes endless"
}
test twice() {
  retries = 1
  run sh"yes again | head -c 40M; exit 1"
}
pipeline output() { let made = talkative() }
pipeline ever() { let never = endless() }
pipeline tried() { let again = twice() }
END

# limited CODE ARG…: pipec with less memory than a step prints.
limited() { (ulimit -v 700000 && pipec "$@"); }
limited 0 build output
expect_seen stderr '^first$'
expect_seen stderr '^last$'
expect_seen stderr '^\[pipec leaves out 128 MiB here: it keeps the first and the last 16 MiB of what a step prints\]$'
limited 0 log output.made
expect 'the first line' first "$(head -n 1 "$work/seen/stdout")"
expect 'the last line' last "$(tail -n 1 "$work/seen/stdout")"
expect 'the end of the errors' end "$(tail -c 3 "$work/seen/stderr")"
for stream in stdout stderr; do
  size=$(stat -c %s "$work/seen/$stream")
  ((size > 32 << 20 && size < (32 << 20) + 200)) || fail "$stream has $size bytes"
  expect "the lines of $stream that pipec wrote" 1 "$(grep -c '^\[pipec leaves out' "$work/seen/$stream")"
done
limited 0 build output -v
cp "$work/seen/stderr" again
expect_seen stderr '^last$'
limited 0 build output -q --format json
expect 'how it was made' cached "$(state output.made)"

limited 1 build ever -q
expect_seen stderr 'error\[R1005\]'
(($(du -sm "$XDG_CACHE_HOME" | cut -f1) < 300)) || fail 'the cache is full of what was printed'
limited 1 build tried -q
expect_seen stderr '\| again$'
limited 0 log tried.again
expect_seen stderr '^--- attempt 2$'
expect 'what is left out' 2 "$(grep -c '^\[pipec leaves out' "$work/seen/stdout")"
