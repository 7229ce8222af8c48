# behaviour 11
# Changing only the executable bit of an input executes the step again.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

pipec 0 build p
chmod +x a.txt
pipec 0 build p --format json
expect_executed p.seen
expect 'the output' $'one\nexecutable' "$(seen)"
chmod g+w a.txt
pipec 0 build p --format json
expect_executed
