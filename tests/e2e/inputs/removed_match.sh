# behaviour 18
# A removed file that matched a glob executes the step.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/glob.bash"

pipec 0 build p

rm src/a.txt
pipec 0 build p --format json
expect_executed p.all
expect 'the output' two "$(cat .pipec/out/p/all)"
