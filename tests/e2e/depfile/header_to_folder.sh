# A header that becomes a folder, or the other way round, executes the steps that saw it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/depfile/cpp.bash"

cat >one.cpp <<'CPP'
#if __has_include("conf/extra.h")
#include "conf/extra.h"
#elif __has_include("conf")
#define VALUE 1
#endif
int main() { return VALUE; }
CPP
echo >include/conf
pipec 0 build p
expect_exit 1
rm include/conf
mkdir include/conf
echo '#define VALUE 7' >include/conf/extra.h
pipec 0 build p
expect_exit 7
rm -r include/conf
echo >include/conf
pipec 0 build p --format json
expect_executed
expect_exit 1
