# Contents that were built before execute nothing, whatever was built in between and whichever
# headers that read.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/depfile/cpp.bash"

echo '#define VALUE 8' >include/deep/other.h
pipec 0 build p
for value in 2 3 4; do
  echo "#define VALUE $value" >include/deep/value.h
  pipec 0 build p --format json
  expect_executed p.one p.app
done
echo '#include "deep/other.h"' >include/one.h
pipec 0 build p
expect_exit 82
# The set of files that was read first is not the last one any more.
echo '#include "deep/value.h"' >include/one.h
for value in 3 1 4; do
  echo "#define VALUE $value" >include/deep/value.h
  pipec 0 build p --format json
  expect_executed
  expect_exit "${value}2"
done
