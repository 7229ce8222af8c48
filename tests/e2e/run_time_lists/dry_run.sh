# behaviour 67
# A dry run expands a list whose directory is known, and says of the others that they are not known
# yet.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

would() { json '.nodes[] | select(.would == "succeeded").label' | sort; }

pipec 0 plan p --format json
expect 'what would execute' "$(printf '%s\n' p.gen p.objects p.program p.program/compile | sort)" "$(would)"
pipec 0 plan p
expect_seen stdout 'would expand +p\.objects: which files there are is known when `p\.gen` has been built'
pipec 0 build p
pipec 0 plan p --format json
expect 'what would execute' '' "$(would)"
expect 'a step of a generated file' cached "$(json '.nodes[] | select(.label == "p.objects[gen/a.c]").would')"
# The directory is known, the steps are not.
sed -i 's/object of/OBJECT of/' p.pipe
pipec 0 plan p --format json
expect 'what would execute' "$(printf '%s\n' 'p.objects[gen/a.c]' 'p.objects[gen/b.c]' p.program p.program/compile | sort)" "$(would)"
[[ ! -e .pipec/out/p/objects ]] || fail 'something was written'
