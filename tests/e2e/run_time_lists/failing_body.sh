# behaviour 64
# An assert that fails for one file fails the expansion, and names the place.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/run_time_lists/generated.bash"

sed -i 's/  out = "${src.stem}.o"/  assert src.stem != "b", "there is no way to compile ${src.name}"\n&/' p.pipe
pipec 1 build p --format json
expect 'the expansion' failed "$(state p.objects)"
expect 'what takes the files' skipped "$(state p.program)"
expect_seen stderr 'error\[E0701\]: there is no way to compile b.c'
expect_seen stderr 'p\.pipe:8:3'
sed -i '/^b.c/d' list
pipec 0 build p --format json
expect_executed p.gen 'p.objects[gen/a.c]' p.program
