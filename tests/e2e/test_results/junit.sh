# `build --junit FILE` merges the cases of all tests into one file that CI systems read, cached ones
# included, also if the build fails.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'PIPE'
test unit(subject app: File, xml: File) {
  run sh"cp ${xml} ${report}/a.xml; grep -q good ${app}"
}
test plain(subject app: File) { run ["grep", "good", app] }
build make(tested: File) -> File { run ["cp", tested, out] }
pipeline p() {
  let app   = file("app.txt")
  let cases = unit(app, xml = file("report.xml"))
  let alone = plain(app)
  let made  = make(file("made.txt"))
  let late  = plain(made)
}
PIPE
cat >report.xml <<'XML'
<testsuite name="s"><testcase classname="C" name="a &amp; b" time="0.1"/>
  <testcase classname="C" name="off"><skipped message="not here"/></testcase></testsuite>
XML
echo good >app.txt
echo good >made.txt

# shape FILE: the file has the form that Jenkins' schema describes; prints `suite: case outcome` for
# each case.
shape() {
  python3 - "$1" <<'END' || fail "$1 is wrong: $(cat "$1")"
import re, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "testsuites", root.tag
allowed = {"skipped", "error", "failure", "flakyFailure", "system-out", "system-err"}
for suite in root:
    assert suite.tag == "testsuite" and suite.get("name"), suite.attrib
    cases = suite.findall("testcase")
    found = {"tests": len(cases), "failures": len(suite.findall("testcase/failure")),
             "errors": len(suite.findall("testcase/error")), "skipped": len(suite.findall("testcase/skipped"))}
    assert all(int(suite.get(name)) == count for name, count in found.items()), (suite.attrib, found)
    assert float(suite.get("time")) >= 0
    assert suite.get("timestamp") is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
    assert [child.tag for child in suite] == ["properties"] + ["testcase"] * len(cases)
    properties = {p.get("name"): p.get("value") for p in suite.find("properties")}
    cached = " (cached)" if properties["pipec.cached"] == "true" else ""
    for case in cases:
        assert case.get("name") and case.get("classname"), case.attrib
        assert {child.tag for child in case} <= allowed, [child.tag for child in case]
        outcome = next((child.tag for child in case if not child.tag.startswith("system")), "passed")
        print(f"{suite.get('name')}: {case.get('name')} {outcome}{cached}")
for total in "tests", "failures", "errors":
    assert int(root.get(total)) == sum(int(suite.get(total)) for suite in root), root.attrib
END
}

pipec 0 build p --junit first.xml
expect 'the cases' 'p.alone: p.alone passed
p.cases: a & b passed
p.cases: off skipped
p.late: p.late passed' "$(shape first.xml | sort)"

pipec 0 build p --junit second.xml
expect 'the cached cases' 'p.alone: p.alone passed (cached)
p.cases: a & b passed (cached)
p.cases: off skipped (cached)
p.late: p.late passed (cached)' "$(shape second.xml | sort)"
expect 'the execution that is cited' "$(grep -o 'pipec.execution" value="[^"]*' first.xml | sort -u)" \
  "$(grep -o 'pipec.execution" value="[^"]*' second.xml | sort -u)"

# Failed without a failing case: then the test itself is one. What did not run is skipped, and a
# failed build an error.
echo bad >app.txt
sed -i 's/run \["cp", tested, out\]/run sh"exit 3"/' p.pipe
pipec 1 build p -k --junit third.xml
expect 'the cases of a failed build' 'p.alone: p.alone failure
p.cases: a & b passed
p.cases: off skipped
p.cases: p.cases failure
p.late: p.late skipped
p.made: p.made error' "$(shape third.xml | sort)"

pipec 4 build p -k --junit p.pipe/none.xml
expect_seen stderr "p\.pipe"
