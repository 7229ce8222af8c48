// Collecting cases, and the lines about them at the end of a build.
#include "runtime/report/test_results.h"

#include "compiler/base/error.h"
#include "runtime/report/text.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace pipec::report {

using exec::NodeResult;
using exec::NodeState;
using test_report::FolderReport;
using test_report::Outcome;
using test_report::TestCase;

static bool isTest(const plan::Node& node) {
  return !node.isTree() && (node.action().kind == plan::ActionKind::Test ||
                            node.action().kind == plan::ActionKind::LiveTest);
}

void TestResults::buildStarted(const plan::Plan& started) {
  plan = &started;
  all.push_back({execution, started.module, started.pipeline, {}});
}

void TestResults::nodeFinished(plan::NodeId id, const NodeResult& result) {
  const plan::Node& node = plan->nodes[id];
  if (!isTest(node) && result.state != NodeState::Failed)
    return;
  Entry& entry = all.back().entries[id];
  entry = {node.label, plan::kindName(node).str(), result, std::nullopt};
  if (result.report && !isKnown(entry))
    read(entry);
}

/// Whether the history has the cases, or had the occasion.
bool TestResults::isKnown(const Entry& entry) {
  const NodeResult& result = entry.result;
  if (result.state != NodeState::Cached)
    return false;
  return result.key && history.knewAtStart(*plan, entry.label, *result.key);
}

void TestResults::read(Entry& entry) {
  auto report = history::readTestRun(entry.result, store);
  if (!report) {
    warn("the report of `" + printable(entry.label) +
         "` cannot be read: " + base::describe(report.takeError()).second);
    return;
  }
  if (!*report)
    return; // lost meanwhile; who needs it says so
  for (const std::string& problem : (*report)->problems)
    warn("in the report of `" + printable(entry.label) + "`, " + problem);
  history.keepTestRun(*history::testRunOf(entry.result), **report);
  entry.report = std::move(**report);
}

const std::vector<TestCase>* TestResults::executedCases(plan::NodeId node) const {
  if (all.empty())
    return nullptr;
  auto found = all.back().entries.find(node);
  if (found == all.back().entries.end() || !found->second.report)
    return nullptr;
  return &found->second.report->cases;
}

std::optional<FolderReport> TestResults::reportOf(const Entry& entry) const {
  if (entry.report || !entry.result.report)
    return entry.report;
  auto kept = history.testRun(*history::testRunOf(entry.result));
  if (kept && *kept)
    return std::move(**kept);
  if (!kept)
    llvm::consumeError(kept.takeError());
  auto read = history::readTestRun(entry.result, store);
  if (read)
    return std::move(*read);
  llvm::consumeError(read.takeError());
  return std::nullopt;
}

// ---- the summary ---------------------------------------------------------------

static std::string nameOf(const TestResults::Entry& entry, const TestCase& test) {
  return printable(entry.label) + " " + printable(test.fullName());
}

/// A failure that the run before of the same test did not have. Without such a run nothing is new.
std::vector<std::string> TestResults::newlyFailing() const {
  static constexpr size_t MostTests = 20; // each is a look through the history
  std::vector<std::string> names;
  size_t tests = 0;
  for (const Run& run : all)
    for (const auto& [id, entry] : run.entries) {
      if (!entry.report || entry.result.state != NodeState::Failed ||
          entry.result.execution != run.execution || ++tests > MostTests)
        continue;
      auto isEarlier = [&](const history::NodeRecord& record) {
        return record.result.report && record.result.execution != run.execution;
      };
      auto earlier = history.latest(entry.label, run.module, isEarlier);
      if (!earlier || !*earlier) {
        llvm::consumeError(earlier.takeError());
        continue;
      }
      auto before = reportOf({entry.label, entry.kind, (*earlier)->node.result, std::nullopt});
      if (!before)
        continue;
      for (const TestCase& test : entry.report->cases) {
        auto failedThen = [&](const TestCase& other) {
          return test_report::isFailure(other.outcome) && test.isSameAs(other);
        };
        if (test_report::isFailure(test.outcome) && llvm::none_of(before->cases, failedThen))
          names.push_back(nameOf(entry, test));
      }
    }
  return names;
}

static void addLine(std::vector<std::string>& lines, llvm::StringRef what,
                    llvm::ArrayRef<std::string> names) {
  static constexpr size_t Shown = 3;
  if (names.empty())
    return;
  std::string line = what.str() + ": ";
  for (size_t i = 0; i < names.size() && i < Shown; ++i)
    line += (i ? ", " : "") + names[i];
  if (names.size() > Shown)
    line += " and " + std::to_string(names.size() - Shown) + " more";
  lines.push_back(std::move(line));
}

std::vector<std::string> TestResults::summary() const {
  static constexpr int64_t SlowMs = 1000;
  static constexpr size_t MostSlow = 3;
  std::vector<std::pair<int64_t, std::string>> slow;
  std::vector<std::string> flaky;
  for (const Run& run : all)
    for (const auto& [id, entry] : run.entries) {
      if (!entry.report || entry.result.execution != run.execution)
        continue;
      for (const TestCase& test : entry.report->cases) {
        if (test.durationMs && *test.durationMs >= SlowMs)
          slow.emplace_back(*test.durationMs,
                            nameOf(entry, test) + " " + secondsText(*test.durationMs));
        if (test.outcome == Outcome::Flaky)
          flaky.push_back(nameOf(entry, test));
      }
    }
  std::stable_sort(slow.begin(), slow.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> slowest;
  for (size_t i = 0; i < slow.size() && i < MostSlow; ++i)
    slowest.push_back(slow[i].second);
  std::vector<std::string> lines;
  addLine(lines, "newly failing", newlyFailing());
  addLine(lines, "flaky", flaky);
  addLine(lines, "slowest cases", slowest);
  return lines;
}

} // namespace pipec::report
