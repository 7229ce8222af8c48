# A report that cannot be read is one warning that names test and file; the test passes as its
# command does.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/test_results/suite.bash"

write_suite
echo pass >verdict
printf '<testsuite name="s">\n<testcase name="a"/>\n<oops>' >report.xml
pipec 0 build p
expect_seen stderr '^warning: in the report of `p\.checked`, `results/TEST-unit\.xml`: line 3: no element found$'
expect 'warnings' 1 "$(grep -c '^warning' "$work/seen/stderr")"

cat >report.xml <<'XML'
<!DOCTYPE testsuite [<!ENTITY a "0123456789"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<testsuite name="s"><testcase name="&c;"/></testsuite>
XML
pipec 0 build p
expect_seen stderr '`results/TEST-unit\.xml`: line 1: it has a document type'
head -c 100000 /dev/urandom >report.xml
pipec 0 build p
expect_seen stderr 'warning: in the report of `p\.checked`'
echo '<coverage/>' >report.xml
pipec 0 build p
! grep -q warning "$work/seen/stderr" || fail 'another kind of XML is no reason to warn'
