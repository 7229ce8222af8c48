# behaviour 22
# A header that appears earlier on the search path is found, although no run ever read it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/depfile/cpp.bash"

pipec 0 build p
echo '#define VALUE 5' >first/one.h
pipec 0 build p --format json
expect_exit 52
pipec 0 why p.one
expect_seen stdout '^  because: `first/one.h` added'
expect_seen stdout '^    first/one.h added$'
expect_seen stdout '^  `first/one.h` is read now$'
expect_seen stdout '^  `include/one.h` is no longer read$'
rm first/one.h
pipec 0 build p --format json
expect_executed
expect_exit 12
