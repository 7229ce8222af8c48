# behaviour 64
# A change of one generated file executes the step of that file and what uses it, and no other.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

pipec 0 build p
sed -i 's/beta/BETA/' list
pipec 0 build p --format json
expect_executed p.gen 'p.objects[gen/b.c]' p.program
expect 'the program' "$(printf 'object of %s\n' alpha BETA main)" "$(cat .pipec/out/p/program)"
sed -i 's/text/other text/; s/secret/other secret/' list
pipec 0 build p --format json
expect_executed p.gen
