# behaviour 25
# Of the headers of a pool the one that a compilation read counts, and no other.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/stopped_step.bash"

cat >p.pipe <<END
build compile(src: File, pool headers: Dir) -> File {
  depfile = "unit.d"
  run sh"$stop; g++ -E -P -I\${headers} -MMD -MF unit.d \${src} -o \${out}"
}
pipeline p() {
  let unit = compile(file("unit.cpp"), headers = dir("include"))
}
END
mkdir include
echo '#include "used.h"' >unit.cpp
echo 'int one();' >include/used.h
echo 'int other();' >include/unused.h
while_it_runs 0 eval 'echo "int two();" >include/used.h'
expect_seen stderr '^warning: `include/used\.h` was modified while `p\.unit` ran'
while_it_runs 0 eval 'echo "int others();" >include/unused.h'
expect_executed p.unit
! grep -q modified "$work/seen/stderr" || fail 'told of a modification'
pipec 0 build p --format json
expect_executed
