# Without isolation the depfile has paths of the scratch folder, and means the same.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/depfile/cpp.bash"

pipec 0 build p --sandbox off
echo '#define UNUSED 2' >include/unused.h
pipec 0 build p --sandbox off --format json
expect_executed
echo '#define VALUE 3' >include/deep/value.h
pipec 0 build p --sandbox off --format json
expect_executed p.one p.app
expect_exit 32
pipec 0 build p --format json
expect_executed p.one p.two p.app

cat >q.pipe <<'PIPE'
build name(pool headers: Dir, path: String) -> File {
  depfile = "x.d"
  run sh"ls ${headers} > ${out}; echo 'x:' ${path} > x.d"
}
pipeline q(path: String) { let read = name(dir("include"), path = path) }
PIPE
pipec 1 build q --sandbox off --path "$PWD/one.cpp"
expect_seen stderr 'error\[R1003\]: the depfile `x.d` names `.*/one.cpp`, which is neither'
