# A test that writes what `report.xml` says as its report, and passes if `verdict` says so.
write_suite() {
  cat >p.pipe <<'PIPE'
test unit(subject app: File, verdict: File, xml: File) {
  run sh"""
    test -f ${app}
    mkdir -p ${report}/results
    cp ${xml} ${report}/results/TEST-unit.xml
    grep -q pass ${verdict}
    """
}
pipeline p() {
  let checked = unit(file("app.txt"), verdict = file("verdict"), xml = file("report.xml"))
}
PIPE
  echo app >app.txt
}

# report_of LINE…: the cases `ok`, `adds` and `slow`; a LINE is an element of the case `adds`.
report_of() {
  cat >report.xml <<XML
<testsuites><testsuite name="math">
  <testcase classname="math.Test" name="ok" time="0.25"/>
  <testcase classname="math.Test" name="adds" time="0.5">$*</testcase>
  <testcase classname="math.Test" name="slow" time="2.5"/>
</testsuite></testsuites>
XML
}
