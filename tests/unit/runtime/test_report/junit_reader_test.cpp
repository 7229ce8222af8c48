// The dialects of JUnit XML, and files that are broken or mean.
#include "runtime/test_report/junit_reader.h"

#include "llvm/ADT/Twine.h"

#include <catch2/catch.hpp>

using namespace pipec::test_report;
using Catch::Contains;

namespace {

ParsedReport good(llvm::StringRef xml) {
  ParsedReport report = readJUnit(xml);
  INFO(report.problem);
  REQUIRE(report.problem.empty());
  REQUIRE(report.isReport);
  return report;
}

} // namespace

TEST_CASE("pytest") {
  ParsedReport report = good(R"(<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4"
 time="0.106" timestamp="2026-01-01T00:00:00" hostname="h">
<testcase classname="tests.test_a.TestX" name="test_ok[1-&quot;a&quot;]" time="0.001" />
<testcase classname="tests.test_a" name="test_bad" time="0.012"><failure message="assert 1 == 2&#10; +  where">def test_bad():
>       assert 1 == 2
E       assert 1 == 2</failure><system-out>said
</system-out><system-err>and this</system-err></testcase>
<testcase classname="tests.test_a" name="test_no" time="0.000"><skipped type="pytest.skip" message="no reason">here</skipped></testcase>
<testcase classname="" name="tests.test_b" time="0.000"><error message="collection failure">ImportError: x</error></testcase>
</testsuite></testsuites>)");
  REQUIRE(report.cases.size() == 4);
  CHECK(report.cases[0].fullName() == "tests.test_a.TestX.test_ok[1-\"a\"]");
  CHECK(report.cases[0].suite == "pytest");
  CHECK(report.cases[0].outcome == Outcome::Passed);
  CHECK(report.cases[0].durationMs == 1);
  CHECK(report.cases[1].outcome == Outcome::Failed);
  CHECK(report.cases[1].message == "assert 1 == 2");
  CHECK_THAT(report.cases[1].details, Contains("> ") && Contains("E       assert 1 == 2"));
  CHECK(report.cases[1].output == "said\nand this");
  CHECK(report.cases[2].outcome == Outcome::Skipped);
  CHECK(report.cases[2].message == "no reason");
  CHECK(report.cases[3].outcome == Outcome::Error);
  CHECK(report.cases[3].fullName() == "tests.test_b");
}

TEST_CASE("Maven Surefire, with cases that were run again") {
  ParsedReport report = good(R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0" name="com.acme.AppTest" time="1,234.5" tests="3">
  <properties><property name="java.version" value="17"/></properties>
  <testcase name="flaky" classname="com.acme.AppTest" time="1,200.25">
    <flakyFailure message="expected:&lt;1&gt;" type="java.lang.AssertionError">
      <stackTrace><![CDATA[java.lang.AssertionError: expected:<1>
	at com.acme.AppTest.flaky(AppTest.java:9)]]></stackTrace>
      <system-out>not the case's own</system-out>
    </flakyFailure>
  </testcase>
  <testcase name="bad" classname="com.acme.AppTest" time="0.1">
    <failure type="java.lang.AssertionError">java.lang.AssertionError
	at com.acme</failure>
    <rerunFailure message="again" type="java.lang.AssertionError"><stackTrace>later</stackTrace></rerunFailure>
  </testcase>
  <testcase name="off" classname="com.acme.AppTest" time="0"><skipped/></testcase>
</testsuite>)");
  REQUIRE(report.cases.size() == 3);
  CHECK(report.cases[0].outcome == Outcome::Flaky);
  CHECK(report.cases[0].durationMs == 1200250);
  CHECK(report.cases[0].message == "expected:<1>");
  CHECK_THAT(report.cases[0].details, Contains("AppTest.java:9"));
  CHECK(report.cases[0].output.empty());
  CHECK(report.cases[1].outcome == Outcome::Failed);
  CHECK(report.cases[1].message == "java.lang.AssertionError");
  CHECK(report.cases[2].outcome == Outcome::Skipped);
}

TEST_CASE("GoogleTest, CTest, go-junit-report and jest-junit") {
  ParsedReport gtest = good(R"(<testsuites tests="3" name="AllTests"><testsuite name="Math">
    <testcase name="Adds" file="a.cc" line="3" status="run" result="completed" time="0.003" classname="Math">
      <failure message="a.cc:4&#x0A;Expected equality" type=""><![CDATA[a.cc:4
Expected equality of these values]]></failure>
      <failure message="a.cc:9&#x0A;second" type=""></failure>
    </testcase>
    <testcase name="DISABLED_Off" status="notrun" result="suppressed" time="0" classname="Math"/>
    <testcase name="Skips" status="run" result="skipped" time="0" classname="Math"><skipped message="why"/></testcase>
  </testsuite></testsuites>)");
  REQUIRE(gtest.cases.size() == 3);
  CHECK(gtest.cases[0].message == "a.cc:4");
  CHECK(gtest.cases[0].outcome == Outcome::Failed);
  CHECK(gtest.cases[1].outcome == Outcome::Skipped);
  CHECK(gtest.cases[2].message == "why");

  ParsedReport ctest = good(R"xml(<testsuite name="(empty)" tests="2" failures="1">
    <testcase name="unit: adds" classname="unit: adds" time="0.01" status="run"><system-out>x</system-out></testcase>
    <testcase name="e2e" classname="e2e" time="0.02" status="fail"><failure message=""/><system-out>the end</system-out></testcase>
  </testsuite>)xml");
  REQUIRE(ctest.cases.size() == 2);
  CHECK(ctest.cases[0].fullName() == "unit: adds");
  CHECK(ctest.cases[0].output.empty());
  CHECK(ctest.cases[1].outcome == Outcome::Failed);
  CHECK(ctest.cases[1].output == "the end");

  ParsedReport go = good(R"(<testsuites><testsuite name="acme/pkg" tests="1"><properties/>
    <testcase name="TestA/sub_b" classname="acme/pkg" time="0.000"><failure message="Failed" type="">    a_test.go:7: bad</failure></testcase>
  </testsuite></testsuites>)");
  CHECK(go.cases[0].fullName() == "acme/pkg.TestA/sub_b");
  CHECK(go.cases[0].message == "Failed");

  ParsedReport jest =
      good(R"(<testsuites name="jest tests"><testsuite name="outer"><testsuite name="inner">
    <testcase classname="adds numbers" name="adds numbers" time="0.5"><failure>Error: expect(received)
    at x</failure></testcase></testsuite></testsuite></testsuites>)");
  CHECK(jest.cases[0].suite == "outer > inner");
  CHECK(jest.cases[0].fullName() == "adds numbers");
  CHECK(jest.cases[0].message == "Error: expect(received)");
}

TEST_CASE("what is no report is no problem, and what is broken is one") {
  CHECK_FALSE(readJUnit("<coverage line-rate='1'/>").isReport);
  CHECK(readJUnit("<coverage line-rate='1'/>").problem.empty());
  CHECK(readJUnit("<coverage").problem != "");
  CHECK_THAT(readJUnit("").problem, Contains("line 1: no element"));
  ParsedReport torn = readJUnit("<testsuite name='s'>\n<testcase name='a'/>\n<testcase name='b'>");
  CHECK_THAT(torn.problem, Contains("line 3"));
  REQUIRE(torn.cases.size() == 1);
  CHECK(torn.cases[0].name == "a");
  CHECK(readJUnit("<testsuite>\xff</testsuite>").wasReplaced);
  CHECK(readJUnit(llvm::StringRef("<testsuite>\0</testsuite>", 24)).wasReplaced);
}

TEST_CASE("entities are refused, whatever they would become") {
  std::string bomb = "<?xml version='1.0'?><!DOCTYPE testsuite [<!ENTITY a 'aaaaaaaaaa'>"
                     "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
                     "<testsuite name='s'><testcase name='&b;'/></testsuite>";
  ParsedReport report = readJUnit(bomb);
  CHECK_THAT(report.problem, Contains("document type"));
  CHECK(report.cases.empty());
  CHECK_THAT(readJUnit("<!DOCTYPE testsuite SYSTEM 'file:///etc/passwd'><testsuite/>").problem,
             Contains("document type"));
}

TEST_CASE("what is too long is cut at a character, and what is too deep refused") {
  std::string umlauts;
  for (size_t i = 0; i < MaxMessage; ++i)
    umlauts += "ä";
  ParsedReport report =
      good("<testsuite><testcase name='x' time='-3'><failure message='" + umlauts + "'>" +
           std::string(100'000, 'd') + "</failure><system-out>" + std::string(300'000, 'o') +
           "THE END</system-out></testcase></testsuite>");
  const TestCase& test = report.cases[0];
  CHECK(test.message.size() <= MaxMessage + 3);
  CHECK(llvm::StringRef(test.message).ends_with("ä…"));
  CHECK(test.details.size() <= MaxDetails + 3);
  CHECK(llvm::StringRef(test.output).ends_with("THE END"));
  CHECK(test.output.size() <= MaxOutput + 3);
  CHECK_FALSE(test.durationMs);

  std::string deep;
  for (size_t i = 0; i <= MaxDepth; ++i)
    deep += "<testsuite>";
  CHECK_THAT(readJUnit(deep).problem, Contains("nested"));
}

TEST_CASE("whatever becomes of a report, it is read or refused") {
  const std::string whole =
      "<?xml version='1.0'?><testsuites><testsuite name='s'><testcase name='a' "
      "classname='C' time='1'><failure message='m'>t</failure><flakyError>"
      "<stackTrace>x</stackTrace></flakyError><system-out><![CDATA[o]]>"
      "</system-out></testcase></testsuite><!-- c --></testsuites>";
  uint64_t random = 88172645463325252ULL;
  auto next = [&](size_t below) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return static_cast<size_t>(random % below);
  };
  for (int i = 0; i < 20'000; ++i) {
    std::string xml = whole;
    for (size_t edits = next(4) + 1; edits > 0 && !xml.empty(); --edits) {
      size_t from = next(xml.size());
      switch (next(3)) {
      case 0:
        xml[from] = static_cast<char>(next(256));
        break;
      case 1:
        xml.erase(from, next(20));
        break;
      default:
        xml.insert(from, whole, next(whole.size()), next(30));
      }
    }
    ParsedReport report = readJUnit(xml);
    CHECK(report.cases.size() < 30);
  }
}

TEST_CASE("attempts are merged by names and order") {
  auto one = [](const char* name, Outcome outcome, const char* message) {
    TestCase test;
    test.name = name;
    test.outcome = outcome;
    test.message = message;
    return test;
  };
  auto merged = merge({{one("a", Outcome::Failed, "first"), one("b", Outcome::Passed, ""),
                        one("twin", Outcome::Passed, ""), one("twin", Outcome::Failed, "second"),
                        one("gone", Outcome::Failed, "only here")},
                       {one("a", Outcome::Passed, ""), one("b", Outcome::Failed, "now"),
                        one("twin", Outcome::Passed, ""), one("twin", Outcome::Passed, "")}});
  REQUIRE(merged.size() == 5);
  CHECK(merged[0].outcome == Outcome::Flaky);
  CHECK(merged[0].message == "first");
  CHECK(merged[1].outcome == Outcome::Failed);
  CHECK(merged[1].message == "now");
  CHECK(merged[2].outcome == Outcome::Passed);
  CHECK(merged[3].outcome == Outcome::Flaky);
  CHECK(merged[4].name == "gone");
  CHECK(count(merged).flaky == 2);
  CHECK(count(merged).all() == 5);
}

TEST_CASE("what XML does not allow is replaced, and all cases count") {
  ParsedReport report =
      good("<testsuite name='s'><testcase name='says \x1b[31mred\x1b[0m'/>"
           "<testcase name='&#x1B;[1mref&#27;[m \x01\x1b]0;t\x07 &#xFFFE; caf\xe9'>"
           "<failure message='\xff'><![CDATA[&#x1B; \x02]]></failure></testcase>"
           "<testcase name='last'/></testsuite>");
  CHECK(report.wasReplaced);
  REQUIRE(report.cases.size() == 3);
  CHECK(report.cases[0].name == "says red");
  CHECK(report.cases[1].name ==
        "ref \xef\xbf\xbd\xef\xbf\xbd]0;t\xef\xbf\xbd \xef\xbf\xbd caf\xef\xbf\xbd");
  CHECK(report.cases[1].message == "\xef\xbf\xbd");
  CHECK_THAT(report.cases[1].details, Contains("&#x1B; \xef\xbf\xbd"));
  CHECK_FALSE(good("<testsuite><testcase name='&lt;&#233;&#x1F600;'/></testsuite>").wasReplaced);
}

TEST_CASE("encodings of other machines") {
  auto nameIn = [](const std::string& xml) { return good(xml).cases.at(0).name; };
  auto declared = [](llvm::StringRef encoding, llvm::StringRef name) {
    return (llvm::Twine("<?xml version='1.0' encoding='") + encoding +
            "'?><testsuite><testcase name='" + name + "'/></testsuite>")
        .str();
  };
  CHECK(nameIn(declared("windows-1252", "it\x92s")) == "it\xe2\x80\x99s");
  CHECK(nameIn(declared("Latin-15", "\xa4")) == "\xe2\x82\xac");
  CHECK(nameIn(declared("ISO-8859-1", "caf\xe9")) == "caf\xc3\xa9");
  CHECK(nameIn(declared("no-such", "caf\xc3\xa9")) == "caf\xc3\xa9");
  CHECK(nameIn(declared("utf-16", "a")) == "a");
  std::string wide;
  for (char c : declared("utf-16", "w"))
    wide += {c, '\0'};
  CHECK(nameIn(wide) == "w");
  CHECK(nameIn("\xff\xfe" + wide) == "w");
  CHECK(nameIn("\xef\xbb\xbf" + declared("utf-8", "m")) == "m");
}

TEST_CASE("seconds of other countries") {
  auto timeOf = [](llvm::StringRef time) {
    return good((llvm::Twine("<testsuite><testcase name='a' time='") + time + "'/></testsuite>")
                    .str())
        .cases.at(0)
        .durationMs;
  };
  CHECK(timeOf("0,25") == 250);
  CHECK(timeOf("1,234.5") == 1'234'500);
  CHECK(timeOf("1,234") == 1'234'000);
}
