# behaviour 19
# A new file that does not match executes nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/glob.bash"

pipec 0 build p

echo x >src/a.md
mkdir -p other && echo x >other/a.txt
pipec 0 build p --format json
expect_executed
