// From nodes to suites.
#include "runtime/report/junit.h"

#include "runtime/test_report/junit_writer.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::report {

using exec::NodeState;
using test_report::Outcome;
using test_report::TestCase;

/// How the whole node ended, as one case.
static TestCase caseOf(const TestResults::Entry& entry, bool isTest) {
  const exec::NodeResult& result = entry.result;
  TestCase test;
  test.className = entry.label;
  test.name = entry.label;
  test.durationMs = result.durationMs;
  switch (result.state) {
  case NodeState::Failed:
    test.outcome = isTest ? Outcome::Failed : Outcome::Error;
    test.message = result.failure ? result.failure->message : result.reason;
    break;
  case NodeState::Flaky:
    test.outcome = Outcome::Flaky;
    test.message = result.earlier.empty() ? result.reason : result.earlier.front().failure;
    break;
  case NodeState::Succeeded:
  case NodeState::Cached:
    break;
  default:
    test.outcome = Outcome::Skipped;
    test.message = exec::stateName(result.state).str() + ": " + result.reason;
  }
  return test;
}

static test_report::Suite suiteOf(const TestResults& tests, const TestResults::Run& run,
                                  const TestResults::Entry& entry) {
  const exec::NodeResult& result = entry.result;
  bool isTest = entry.kind == "test" || entry.kind == "live";
  test_report::Suite suite;
  suite.name = entry.label;
  suite.started = result.started;
  suite.durationMs = result.durationMs;
  auto property = [&](const char* name, llvm::StringRef value) {
    suite.properties.emplace_back(name, value.str());
  };
  property("pipec.pipeline", run.pipeline);
  property("pipec.execution", result.execution.empty() ? run.execution : result.execution);
  property("pipec.state", exec::stateName(result.state));
  property("pipec.cached", result.state == NodeState::Cached ? "true" : "false");
  if (!result.earlier.empty())
    property("pipec.attempts", std::to_string(result.earlier.size() + 1));
  if (result.tolerated)
    property("pipec.tolerated", "true");
  if (auto report = tests.reportOf(entry))
    suite.cases = std::move(report->cases);
  // It may have failed behind its last case, or before it could write any.
  bool isTold =
      result.state != NodeState::Failed || llvm::any_of(suite.cases, [](const TestCase& test) {
        return test_report::isFailure(test.outcome);
      });
  if (suite.cases.empty() || !isTold)
    suite.cases.push_back(caseOf(entry, isTest));
  return suite;
}

std::string junitOf(const TestResults& tests) {
  std::vector<test_report::Suite> suites;
  for (const TestResults::Run& run : tests.runs())
    for (const auto& [id, entry] : run.entries)
      suites.push_back(suiteOf(tests, run, entry));
  return test_report::writeJUnit(suites);
}

} // namespace pipec::report
