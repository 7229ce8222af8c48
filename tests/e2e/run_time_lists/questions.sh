# behaviour 77
# The steps of generated files can be asked about like others: list, log, why, get.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

pipec 0 list
expect_seen stdout '^    p\.objects +expand'
pipec 0 build p
pipec 0 list
expect_seen stdout '^    p\.objects\[gen/a\.c\] +build'
pipec 0 list --format json
expect 'the listed step' build "$(json '.pipelines[].nodes[] | select(.label == "p.objects[gen/b.c]").kind')"
pipec 0 log 'p.objects[gen/b.c]'
expect 'the log' 'compiling b.c' "$(cat "$work/seen/stdout")"
pipec 0 get 'p.objects[gen/b.c]' -o object
expect 'the artifact' 'object of beta' "$(cat object)"
sed -i 's/beta/BETA/' list
pipec 0 build p
pipec 0 why 'p.objects[gen/b.c]'
expect_seen stdout 'input 1 .* changed'
pipec 2 build 'p.objects[gen/b.c]'
expect_seen stderr 'build `p\.objects`'
pipec 0 build p.objects --format json
expect_executed
expect 'a step that the target does not need' absent "$(state p.program)"
expect 'a step that the target needs' cached "$(state 'p.objects[gen/a.c]')"
