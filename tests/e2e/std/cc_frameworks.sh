# std.cc: tests that are made with GoogleTest and Catch2 give their own JUnit report; GoogleTest's
# can be divided.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir src
echo 'int twice(int x);' >src/twice.h
printf '#include "twice.h"\nint twice(int x) { return 2 * x; }\n' >src/twice.cc
cat >src/gtest_cases.cc <<'END'
#include "twice.h"
#include <cstdlib>
#include <gtest/gtest.h>
TEST(Twice, OfThree) { EXPECT_EQ(6, twice(3)); }
TEST(Twice, OfZero) { EXPECT_EQ(0, twice(0)); }
TEST(Twice, KnowsItsSubject) { EXPECT_NE(nullptr, std::getenv("SUBJECT")); }
END
cat >src/catch_cases.cc <<'END'
#define CATCH_CONFIG_MAIN
#include "twice.h"
#include <catch2/catch.hpp>
#include <cstdlib>
TEST_CASE("twice of three") { CHECK(twice(3) == 6); }
TEST_CASE("it knows its subject") { CHECK(std::getenv("SUBJECT") != nullptr); }
END

cat >p.pipe <<'END'
use std.cc
use std.test

let code = cc.library("twice", srcs = [file("src/twice.cc")], headers = dir("src"))

pipeline google() {
  let cases = cc.program("cases", srcs = [file("src/gtest_cases.cc")], deps = [code], flags = ["-lgtest", "-lgtest_main"])
  let whole = cc.unit(cases, framework = cc.Framework.gtest)
  let parts = [for s in test.shards(2) => cc.unit(cases, framework = cc.Framework.gtest, shard = s)]
  out tested = all([whole, all(parts)])
}

pipeline catch() {
  let cases  = cc.program("cases", srcs = [file("src/catch_cases.cc")], deps = [code])
  let tested = cc.unit(cases, framework = cc.Framework.catch2)
  out tested = tested
}

pipeline divided() {
  let cases = cc.program("cases", srcs = [file("src/catch_cases.cc")], deps = [code])
  out tested = cc.unit(cases, shard = test.Shard(index = 0, of = 2))
}
END

# report LABEL: `tests failures`, then the names of the cases, of the JUnit report.
report() {
  rm -rf seen
  pipec 0 get "$1" --report -o seen
  python3 - seen/junit.xml <<'END'
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
suites = [root] if root.tag == "testsuite" else root.findall("testsuite")
print(sum(int(s.get("tests")) for s in suites), sum(int(s.get("failures")) for s in suites))
for case in root.iter("testcase"):
    if case.get("status") != "notrun":
        print(case.get("name"))
END
}

pipec 0 build google --format json
expect 'the cases' "$(printf '%s\n' '3 0' OfThree OfZero KnowsItsSubject)" "$(report google.whole)"
pipec 0 build google --format json
expect_executed
first=$(report 'google.parts[0]' | tail -n +2) second=$(report 'google.parts[1]' | tail -n +2)
expect 'the cases of both shards' "$(printf '%s\n' KnowsItsSubject OfThree OfZero)" "$(printf '%s\n' "$first" "$second" | sort)"
[[ $first && $second ]] || fail 'one shard has all cases'

pipec 0 build catch
expect 'the assertions' "$(printf '%s\n' '2 0' 'twice of three' 'it knows its subject')" "$(report catch.tested)"

sed -i 's/2 \* x/2 * x + (x == 3)/' src/twice.cc
pipec 1 build google.whole
expect_seen stderr 'Which is: 7'
expect 'the failed case' '3 1' "$(report google.whole | head -n 1)"
pipec 1 build catch
expect_seen stderr '7 == 6'
expect 'the failed assertion' '2 1' "$(report catch.tested | head -n 1)"

pipec 2 build divided
expect_seen stderr 'cc.unit can divide only tests that are made with a framework'
