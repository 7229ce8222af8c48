// Test cases and attempts of executions, and how long they stay.
#include "runtime/history/case_codec.h"
#include "runtime/history/history.h"

#include "tests/unit/runtime/temporary_folder.h"

using namespace pipec;
using namespace pipec::history;
using namespace pipec::test;

namespace {

test_report::FolderReport someReport() {
  test_report::FolderReport report;
  for (const char* name : {"a", "b", "c"}) {
    test_report::TestCase test;
    test.suite = name[0] == 'c' ? "other" : "s";
    test.className = "C";
    test.name = name;
    report.cases.push_back(test);
  }
  report.cases[0].durationMs = 0;
  report.cases[1].outcome = test_report::Outcome::Failed;
  report.cases[1].message = "m";
  report.cases[1].output = std::string("o\0o", 3);
  report.problems = {"`x.xml`: line 1: no"};
  return report;
}

struct Recorded {
  TemporaryFolder folder;
  std::vector<std::string> warnings;
  plan::Plan plan;
  std::unique_ptr<History> history;

  Recorded() {
    plan.pipeline = "p";
    plan.module = "p.pipe";
    plan::Node node;
    node.what = plan::ActionSpec{};
    node.label = "p.unit";
    plan.nodes.push(node);
    history = openHistory(folder / ".pipec", Access::Record,
                          [&](llvm::StringRef warning) { warnings.push_back(warning.str()); });
  }
  /// An execution whose test has a report of its own.
  base::Digest record(const std::string& id, ExecutionState end = ExecutionState::Succeeded,
                      const Request& request = {}) {
    exec::NodeResult result;
    result.state = exec::NodeState::Succeeded;
    result.execution = id;
    result.report = cas::Content{cas::EntryKind::Directory, base::digestOf(id)};
    auto recorder = history->begin(plan, id, request, "1 2 3");
    history->keepTestRun(*testRunOf(result), someReport());
    recorder->nodeFinished(plan::NodeId{0}, result);
    recorder->finish(end);
    return *testRunOf(result);
  }
  std::vector<std::string> ids() {
    std::vector<std::string> found;
    for (const Execution& execution : get(history->executions()))
      found.push_back(execution.id);
    return found;
  }
};

using Ids = std::vector<std::string>;

} // namespace

TEST_CASE("cases are read as they were written, and anything else is an error") {
  test_report::FolderReport report = someReport();
  EncodedRun run = encodeRun(report);
  auto read = get(decodeRun(run.names, run.results));
  CHECK(read.cases == report.cases);
  CHECK(read.problems == report.problems);
  for (size_t size = 0; size < run.results.size(); ++size)
    failureOf(decodeRun(run.names, llvm::StringRef(run.results).take_front(size)));
  for (size_t size = 1; size < run.names.size(); ++size)
    failureOf(decodeRun(llvm::StringRef(run.names).take_front(size), run.results));
}

TEST_CASE("a run of a test is the reports of all its attempts") {
  exec::NodeResult result;
  CHECK_FALSE(testRunOf(result));
  result.report = cas::Content{cas::EntryKind::Directory, base::digestOf("last")};
  auto once = testRunOf(result);
  exec::Attempt earlier;
  earlier.report = cas::Content{cas::EntryKind::Directory, base::digestOf("first")};
  result.earlier.push_back(earlier);
  CHECK(testRunOf(result) != once);
}

TEST_CASE("attempts are found by the id of their execution, and what begins with it") {
  Recorded recorded;
  recorded.record("aab");
  recorded.record("aab.2", ExecutionState::Failed, {{"p.unit"}, true});
  recorded.record("aac");
  recorded.record("aab.10");
  auto matching = [&](const char* text) {
    Ids ids;
    for (const Execution& execution : get(recorded.history->matching(text)))
      ids.push_back(execution.id);
    return ids;
  };
  CHECK(matching("aab") == Ids{"aab.10"});
  CHECK(matching("aa") == Ids{"aab.10", "aac"});
  CHECK(matching("aab.1") == Ids{"aab"});
  CHECK(matching("aab.2") == Ids{"aab.2"});
  CHECK(matching("aab.3").empty());
  CHECK(matching("").empty());
  CHECK(matching("%").empty());
  auto attempts = get(recorded.history->attempts("aab"));
  REQUIRE(attempts.size() == 3);
  CHECK(attempts[0].id == "aab");
  CHECK(attempts[1].request.targets == std::vector<std::string>{"p.unit"});
  CHECK(attempts[1].request.noDeploy);
  CHECK(attempts[1].process == "1 2 3");
  CHECK(attempts[2].id == "aab.10");
  CHECK(get(recorded.history->attempts("aa")).empty());
}

TEST_CASE("old executions go with what only they had") {
  Recorded recorded;
  base::Digest first = recorded.record("a1", ExecutionState::Failed);
  recorded.record("a2", ExecutionState::Held);
  recorded.record("a3", ExecutionState::Failed);
  recorded.record("a4");
  recorded.record("a5", ExecutionState::Failed);
  base::Digest last = recorded.record("a6", ExecutionState::Failed);
  auto& history = *recorded.history;
  CHECK(get(history.prune({0, 0}, {})) == 0);
  CHECK(get(history.prune({INT64_MAX, 6}, {})) == 0);
  CHECK(get(history.testRun(first)));
  CHECK(get(history.prune({INT64_MAX, 1}, {"a3"})) == 2);
  CHECK(recorded.ids() == Ids{"a6", "a4", "a3", "a2"});
  CHECK_FALSE(get(history.testRun(first)));
  auto kept = get(history.testRun(last));
  REQUIRE(kept);
  CHECK(kept->cases == someReport().cases);
  CHECK(get(history.nodes(get(history.executions()).front())).size() == 1);
  CHECK(recorded.warnings.empty());
}

TEST_CASE("attempts of one execution stay together") {
  Recorded recorded;
  recorded.record("b1", ExecutionState::Failed);
  recorded.record("b2", ExecutionState::Failed);
  recorded.record("b1.2", ExecutionState::Failed);
  CHECK(get(recorded.history->prune({INT64_MAX, 1}, {})) == 1);
  CHECK(recorded.ids() == Ids{"b1.2", "b1"});
}
