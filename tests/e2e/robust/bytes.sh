# Bytes that are no program are an error with the place: not UTF-8, NUL, a byte order mark; an empty
# file is a program.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

printf 'let x = 1\nlet y = "\xff"\n' >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'E0002.*not UTF-8 \(byte 0xFF at offset 19\)'
expect_seen stderr 'p.pipe:2:10'

printf 'let x = 1\0\n' >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'E0001.*NUL byte at offset 9'

printf '\xef\xbb\xbflet x = 1\n' >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'E0002.*byte order mark'

head -c 100000 /dev/urandom >p.pipe
pipec 2 check p.pipe

: >p.pipe
pipec 0 check p.pipe
pipec 2 build p
expect_seen stderr 'there is no pipeline'
