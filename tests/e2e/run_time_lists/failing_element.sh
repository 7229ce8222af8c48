# behaviour 44
# A failed step of one generated file skips what needs it; with --keep-going those of the other
# files run.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

sed -i 's/echo compiling/if grep -q broken ${src}; then exit 1; fi; echo compiling/' p.pipe
sed -i 's/alpha/broken/' list
pipec 1 build p -j 1 --keep-going --format json
expect_executed p.gen 'p.objects[gen/a.c]' 'p.objects[gen/b.c]' p.program/compile
expect 'the step of the broken file' failed "$(state 'p.objects[gen/a.c]')"
expect 'what needs it' skipped "$(state p.program)"
sed -i 's/broken/alpha/' list
pipec 0 build p --format json
expect_executed p.gen 'p.objects[gen/a.c]' p.program
