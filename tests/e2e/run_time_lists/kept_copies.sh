# behaviour 64
# `out` keeps a folder of what a list gives, under the paths of the files, and follows them.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

sed -i 's/out program = program/out objects = objects/' p.pipe
kept() { (cd .pipec/out/p && find . -type f | sort); }
pipec 0 build p
expect 'the copies' "$(printf '%s\n' ./objects/gen/a.c ./objects/gen/b.c)" "$(kept)"
expect 'a copy' 'object of alpha' "$(cat .pipec/out/p/objects/gen/a.c)"
rm .pipec/out/p/objects/gen/a.c
pipec 0 build p --format json
expect_executed
expect 'the copies' "$(printf '%s\n' ./objects/gen/a.c ./objects/gen/b.c)" "$(kept)"
sed -i -e '/^a.c/d' -e '$a c.c gamma' list
pipec 0 build p
expect 'the copies' "$(printf '%s\n' ./objects/gen/b.c ./objects/gen/c.c)" "$(kept)"
# As long as the files are not known, their copies stay.
sed -i 's/mkdir -p/false; mkdir -p/' p.pipe
pipec 1 build p
expect 'the copies' "$(printf '%s\n' ./objects/gen/b.c ./objects/gen/c.c)" "$(kept)"
sed -i '/out objects/d' p.pipe
pipec 1 build p
[[ ! -e .pipec/out/p ]] || fail 'copies without a clause are still there'
