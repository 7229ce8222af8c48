# behaviour 21
# A header that is deleted together with its include still builds; one that is deleted alone fails,
# and is back at once.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/depfile/cpp.bash"

pipec 0 build p
rm include/deep/value.h
echo '#define VALUE 4' >include/one.h
pipec 0 build p --format json
expect_exit 42

rm include/two.h
pipec 1 build p
expect_seen stderr 'two.h'
echo 'int two();' >include/two.h
pipec 0 build p --format json
expect_executed
