# behaviour 17
# A new file that matches a glob executes the step.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/glob.bash"

pipec 0 build p

echo three >src/deep/c.txt
pipec 0 build p --format json
expect_executed p.all
expect 'the output' "$(printf 'one\ntwo\nthree')" "$(cat .pipec/out/p/all)"
