# std.cc: libraries, programs and their tests; an edit compiles what it must, and a compiler's error
# is shown.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir -p core/include core/src app
echo 'int twice(int x);' >core/include/core.h
printf '#include "core.h"\nint twice(int x) { return 2 * x; }\n' >core/src/twice.cc
printf '#include "core.h"\nint four() { return twice(2); }\n' >core/src/four.cc
printf '#include "core.h"\n#include <cstdio>\nextern "C" int in_c(int);\nint main() { std::printf("%%d\\n", in_c(twice(21))); }\n' >app/main.cc
echo 'int in_c(int x) { int class = x; return class; }' >app/in_c.c
printf '#include "core.h"\n#include <cstdio>\nint main() { std::puts("checks <twice>"); return twice(3) == 6 ? 0 : 1; }\n' >app/core_test.cc

cat >p.pipe <<'END'
use std.cc
pipeline p(mode: cc.Mode = cc.Mode.debug) {
  let core   = cc.library("core", srcs = glob("core/src/*.cc"), headers = dir("core/include"), mode = mode)
  let app    = cc.program("app", srcs = [file("app/main.cc"), file("app/in_c.c")], deps = [core], mode = mode)
  let cases  = cc.program("core_test", srcs = [file("app/core_test.cc")], deps = [core], mode = mode)
  let tested = cc.unit(app, cases = cases)
  out app = tested
}
build generate(words: File) -> Dir {
  run sh"""
    mkdir ${out}
    for word in $(cat ${words}); do
      echo "int $word() { return 1; }" > ${out}/"$word".cc
    done
    """
}
pipeline generated() {
  let gen = generate(file("words.txt"))
  let lib = cc.archive("gen", objects = [for f in gen.files("*.cc") => cc.compile(f)])
  out lib = lib
}
END
build() { pipec 0 build p --format json "$@"; }

build
expect 'what the program says' 42 "$(.pipec/out/p/app)"
expect 'compilations, archive, links and test' 9 "$(json .counts.executed)"
pipec 0 get p.tested --report -o report
grep -q 'tests="1" failures="0"' report/junit.xml || fail 'there is no report'
grep -q 'checks &lt;twice&gt;' report/junit.xml || fail 'the output is not in the report'
build
expect_executed

printf '#include "core.h"\n// The same code.\nint twice(int x) { return x + x; }\n' >core/src/twice.cc
build
expect 'an edit of one source' 5 "$(json .counts.executed)"
expect 'what the program says' 42 "$(.pipec/out/p/app)"
echo 'int unused(int x);' >>core/include/core.h
build
expect_executed p.core/compile 'p.core/compile#2' p.app/compile p.cases/compile
echo 'int other();' >core/include/other.h
build
expect_executed p.core/compile 'p.core/compile#2' p.app/compile 'p.app/compile#2' p.cases/compile
echo 'int other(int);' >core/include/other.h
build
expect_executed
build --mode release
expect 'the other mode' 9 "$(json .counts.executed)"

sed -i 's/x + x/x + y/' core/src/twice.cc
pipec 1 build p
expect_seen stderr "twice.cc:3:.*error: .*was not declared"
sed -i 's/x + y/x + x + 1/' core/src/twice.cc
pipec 1 build p
expect_seen stderr 'checks <twice>'
sed -i 's|core/src/\*|core/none/*|' p.pipe
pipec 2 build p
expect_seen stderr 'cc.library `core` has no sources'

echo one two >words.txt
pipec 0 build generated
expect 'the objects in the library' "$(printf '%s\n' one.o two.o)" "$(ar t .pipec/out/generated/lib)"
echo one two three >words.txt
pipec 0 build generated --format json
expect 'the generator, one compilation and the library' 3 "$(json .counts.executed)"
