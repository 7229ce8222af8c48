# behaviour 6
# A step that makes the same bytes again stops the change there.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
echo ONE >a.txt # another input, the same output
pipec 0 build p --format json
expect_executed p.a
expect 'the state of the step after it' cached "$(state p.all)"
