// Cases from the history, or from the reports in the store.
#include "runtime/cli/test_cases.h"

#include "compiler/base/json.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

using base::jsonText;
using test_report::FolderReport;
using test_report::TestCase;

bool isPartOf(const history::NodeRecord& node, const engine::Target& target) {
  auto isBelow = [&](llvm::StringRef name) {
    if (!name.consume_front(target.label))
      return false;
    return name.empty() || llvm::StringRef("./[#").contains(name.front());
  };
  return target.label.empty() || isBelow(node.label) || llvm::any_of(node.aliases, isBelow);
}

/// The store is opened only for what the history does not have.
static llvm::Expected<std::optional<FolderReport>> reportOf(Query& query,
                                                            const exec::NodeResult& result) {
  auto run = history::testRunOf(result);
  if (!run)
    return std::nullopt;
  auto kept = query.history().testRun(*run);
  if (!kept || *kept)
    return kept;
  auto store = query.store();
  if (!store) {
    llvm::consumeError(store.takeError()); // the cache is gone
    return std::nullopt;
  }
  return history::readTestRun(result, **store);
}

llvm::Expected<std::vector<TestedNode>>
testsAmong(Query& query, std::vector<history::NodeRecord> nodes, const engine::Target& target) {
  std::vector<TestedNode> tests;
  for (history::NodeRecord& node : nodes) {
    if ((node.kind != "test" && node.kind != "live") || !isPartOf(node, target))
      continue;
    auto report = reportOf(query, node.result);
    if (!report)
      return report.takeError();
    tests.push_back({std::move(node), std::move(*report)});
  }
  return tests;
}

void writeCase(llvm::json::OStream& json, const TestCase& test) {
  json.attribute("suite", jsonText(test.suite));
  json.attribute("class", jsonText(test.className));
  json.attribute("name", jsonText(test.name));
  json.attribute("outcome", test_report::outcomeName(test.outcome));
  if (test.durationMs)
    json.attribute("duration_ms", *test.durationMs);
  else
    json.attribute("duration_ms", nullptr);
  json.attribute("message", jsonText(test.message));
  if (!test.details.empty())
    json.attribute("details", jsonText(test.details));
  if (!test.output.empty())
    json.attribute("output", jsonText(test.output));
}

void writeCaseCounts(llvm::json::OStream& json, const test_report::Counts& counts) {
  json.attribute("cases", counts.all());
  json.attribute("passed", counts.passed);
  json.attribute("failed", counts.failed);
  json.attribute("error", counts.errors);
  json.attribute("flaky", counts.flaky);
  json.attribute("skipped", counts.skipped);
}

void writeTest(llvm::json::OStream& json, const TestedNode& test, const std::string& execution,
               llvm::function_ref<bool(const TestCase&)> keep) {
  const exec::NodeResult& result = test.node.result;
  json.attribute("label", jsonText(test.node.label));
  json.attribute("kind", test.node.kind);
  json.attribute("state", exec::stateName(result.state));
  json.attribute("reason", jsonText(result.reason));
  json.attribute("execution", jsonText(result.execution.empty() ? execution : result.execution));
  json.attribute("started", result.started);
  json.attribute("duration_ms", result.durationMs);
  json.attribute("attempts", result.earlier.size() + 1);
  if (result.report)
    json.attribute("report", result.report->digest.text());
  json.attributeArray("problems", [&] {
    if (test.report)
      for (const std::string& problem : test.report->problems)
        json.value(jsonText(problem));
  });
  json.attributeArray("cases", [&] {
    if (test.report)
      for (const TestCase& one : test.report->cases)
        if (keep(one))
          json.object([&] { writeCase(json, one); });
  });
}

} // namespace pipec::cli
