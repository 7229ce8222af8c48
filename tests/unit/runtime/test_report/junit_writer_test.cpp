// What is written can be read again.
#include "runtime/test_report/junit_writer.h"

#include "runtime/test_report/junit_reader.h"

#include <catch2/catch.hpp>

using namespace pipec::test_report;
using Catch::Contains;

TEST_CASE("a written report has the same cases when it is read") {
  Suite suite;
  suite.name = "p.unit";
  suite.started = 1'000'000'000'123;
  suite.durationMs = 1234;
  suite.properties = {{"pipec.cached", "true"}};
  auto add = [&](const char* name, Outcome outcome) -> TestCase& {
    TestCase& test = suite.cases.emplace_back();
    test.suite = "p.unit";
    test.className = "C";
    test.name = name;
    test.outcome = outcome;
    test.durationMs = 5;
    return test;
  };
  add("a <&> \"b\"\n\t\r", Outcome::Passed);
  TestCase& failed = add("f", Outcome::Failed);
  failed.message = "1 < 2";
  failed.details = "x ]]> y\nz";
  failed.output = "printed\r\n";
  add("e", Outcome::Error).message = "boom";
  add("s", Outcome::Skipped).message = "why";
  TestCase& flaky = add("k", Outcome::Flaky);
  flaky.message = "once";
  flaky.details = "trace";

  std::string xml = writeJUnit({suite});
  ParsedReport read = readJUnit(xml);
  INFO(xml);
  CHECK(read.problem.empty());
  CHECK(read.cases == suite.cases);
  CHECK_THAT(xml, Contains("tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"1.234\" "
                           "timestamp=\"2001-09-09T01:46:40\""));
  CHECK_THAT(xml, Contains("<property name=\"pipec.cached\" value=\"true\"/>"));
}

TEST_CASE("what XML cannot have is replaced") {
  Suite suite;
  suite.name = "bytes";
  TestCase test;
  test.name = "\x1b[1m\xff\xef\xbf\xbf";
  test.outcome = Outcome::Failed;
  suite.cases.push_back(test);
  ParsedReport read = readJUnit(writeJUnit({suite}));
  CHECK(read.problem.empty());
  CHECK(read.cases.at(0).name == "\uFFFD[1m\uFFFD\uFFFD");
  CHECK(read.cases.at(0).className == "bytes");
}
