# behaviour 44
# When the step that makes the files fails, nothing is said about files, and what takes them is
# skipped.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

sed -i 's/mkdir -p/false; mkdir -p/' p.pipe
pipec 1 build p --keep-going --format json
expect_executed p.gen p.program/compile
expect 'what takes the files' skipped "$(state p.program)"
