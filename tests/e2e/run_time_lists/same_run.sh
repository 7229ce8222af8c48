# behaviour 64
# The files that a step has made are compiled in the same run, each by a step of its own; a second
# run executes nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

pipec 0 build p --format json
expect_executed p.gen 'p.objects[gen/a.c]' 'p.objects[gen/b.c]' p.program/compile p.program
expect 'the program' "$(printf 'object of %s\n' alpha beta main)" "$(cat .pipec/out/p/program)"
pipec 0 build p --format json
expect_executed
expect 'a step of a generated file' cached "$(state 'p.objects[gen/a.c]')"
