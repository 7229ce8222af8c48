# behaviour 64
# A generated file that is new, gone or renamed executes its own step and what takes the whole list.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

pipec 0 build p
echo 'c.c gamma' >>list
pipec 0 build p --format json
expect_executed p.gen 'p.objects[gen/c.c]' p.program
expect 'the program' "$(printf 'object of %s\n' alpha beta gamma main)" "$(cat .pipec/out/p/program)"
sed -i '/^a.c/d' list
pipec 0 build p --format json
expect_executed p.gen p.program
expect 'a step without its file' absent "$(state 'p.objects[gen/a.c]')"
sed -i 's/^b.c/d.c/' list
pipec 0 build p --format json
expect_executed p.gen 'p.objects[gen/d.c]' p.program
expect 'the program' "$(printf 'object of %s\n' gamma beta main)" "$(cat .pipec/out/p/program)"
