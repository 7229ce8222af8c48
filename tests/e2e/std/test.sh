# std.test: a command as a test with a JUnit report, and suites in shards.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
use std.test
test lint(subject src: Dir, files: List<File>) proves Tested {
  run test.junit(sh"""
    test -d ${src}
    printf 'look at %s\n' ${files}
    ! grep TODO ${files} /dev/null
    """, report = report, suite = "lint & co", name = "no <TODO>")
}
pipeline p(n: Int = 2) {
  let src    = dir("src")
  let tested = all([for s in test.shards(n) => lint(src, files = test.files_of(s, files = glob("src/*")))])
  let listed = test.check(src, command = sh"""
    test -s ${src}/a
    ls ${src}
    printf '\033[1mbold\377\n'
    """, name = "listing")
}
END
mkdir src
for file in a b c; do echo "$file" >"src/$file"; done
# check_report FOLDER SUITE NAME FAILURES OUTPUT
check_report() {
  python3 - "$@" <<'END' || fail "the report in $1 is wrong: $(cat "$1/junit.xml")"
import sys, xml.etree.ElementTree as tree
folder, suite, name, failures, output = sys.argv[1:]
root = tree.parse(folder + "/junit.xml").getroot()
case = root.find("testcase")
assert (root.get("name"), root.get("tests"), root.get("failures")) == (suite, "1", failures), root.attrib
assert case.get("name") == name and float(case.get("time")) >= 0, case.attrib
assert (case.find("failure") is not None) == (failures != "0")
assert output in case.find("system-out").text, case.find("system-out").text
END
}

pipec 0 build p --format json
expect 'tests' 3 "$(json .counts.executed)"
pipec 0 get p.listed --report -o listed
check_report listed pipec listing 0 $'a\nb\nc\n[1mbold'
pipec 0 get 'p.tested/lint' --report -o lint
check_report lint 'lint & co' 'no <TODO>' 0 /a
pipec 0 build p --format json
expect_executed

echo 'TODO & <more>' >src/b
pipec 1 build p --format json
pipec 0 get 'p.tested/lint#2' --report -o failed
check_report failed 'lint & co' 'no <TODO>' 1 'TODO & <more>'
pipec 1 build p
expect_seen stderr 'TODO & <more>'
: >src/a
pipec 1 build p.listed
! grep -q bold "$work/seen/stderr" || fail 'the command went on after a failure'
pipec 2 build p --n 0
expect_seen stderr 'wants at least one shard'
