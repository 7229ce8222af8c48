# behaviour 29
# A declared input counts, whatever git thinks of it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

git init -q .
printf 'a.txt\n' >.gitignore
pipec 0 build p
echo two >a.txt
pipec 0 build p --format json
expect_executed p.seen
expect 'the output' two "$(seen)"
