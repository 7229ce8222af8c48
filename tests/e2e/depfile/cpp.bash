# A program of two units with two folders of headers, compiled with the depfiles of g++, which the
# scenarios edit.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'PIPE'
build compile(src: File, pool headers: List<Dir>) -> File {
  out     = "${src.stem}.o"
  depfile = "unit.d"
  run ["g++", [for h in headers => "-I${h}"], "-MMD", "-MP", "-MF", "unit.d", "-c", src, "-o", out]
}
build link(objects: List<File>) -> File { run ["g++", objects, "-o", out] }
pipeline p() {
  let dirs = [dir("first"), dir("include")]
  let one  = compile(file("one.cpp"), headers = dirs)
  let two  = compile(file("two.cpp"), headers = dirs)
  let app  = link([one, two])
  out app  = app
}
PIPE
mkdir -p first include/deep
echo '#define UNUSED 1' >include/unused.h
echo 'int two();' >include/two.h
echo '#include "deep/value.h"' >include/one.h
echo '#define VALUE 1' >include/deep/value.h
printf '#include "one.h"\n#include "two.h"\nint main() { return VALUE * 10 + two(); }\n' >one.cpp
printf '#include "two.h"\nint two() { return 2; }\n' >two.cpp
touch first/empty.h

# expect_exit CODE: what the program that was built returns.
expect_exit() {
  local got=0
  .pipec/out/p/app || got=$?
  expect 'what the program returns' "$1" "$got"
}
