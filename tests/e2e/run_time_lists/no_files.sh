# behaviour 64
# A list that turns out empty is a list: what takes it runs with nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

: >list
pipec 0 build p --format json
expect_executed p.gen p.program/compile p.program
expect 'the program' 'object of main' "$(cat .pipec/out/p/program)"
