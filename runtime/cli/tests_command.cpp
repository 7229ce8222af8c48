// `pipec tests`: the cases of an execution, or the history of one case.
#include "runtime/cli/command.h"

#include "runtime/cli/test_cases.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/base/time_text.h"
#include "runtime/report/text.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace pipec::cli {

using base::jsonText;
using report::printable;
using report::secondsText;
using test_report::Outcome;
using test_report::TestCase;

static constexpr size_t DefaultLimit = 20;

std::vector<Option> testsOptions() {
  return {
      {"failed", 0, "", "only cases that failed"},
      {"flaky", 0, "", "only cases that passed when they were tried again"},
      {"slow", 0, "", "the slowest cases, of all tests together"},
      {"case", 0, "NAME", "what became of one case in all executions"},
      {"limit", 'n', "N", "at most N of the slowest cases, or of the runs of a case (default: 20)"},
      {"execution", 0, "ID", "of that execution instead of the newest"},
      formatOption(),
  };
}

namespace {

struct Settings {
  bool failed = false;
  bool flaky = false;
  bool slow = false;
  std::optional<std::string> caseName;
  std::optional<std::string> execution;
  size_t limit = DefaultLimit;
  bool asJson = false;
  engine::Target target; ///< may have no label

  bool keeps(const TestCase& test) const {
    if (!failed && !flaky)
      return true;
    return (failed && test_report::isFailure(test.outcome)) ||
           (flaky && test.outcome == Outcome::Flaky);
  }
};

/// A case with the test that it is of.
struct Finding {
  const TestedNode* test = nullptr;
  const TestCase* one = nullptr;
};

/// One run of the case that was asked for.
struct CaseRun {
  std::string label;
  std::string execution;
  int64_t started = 0;
  TestCase test;
};

} // namespace

static llvm::Expected<Settings> readSettings(const Arguments& arguments) {
  Settings settings;
  settings.failed = arguments.has("failed");
  settings.flaky = arguments.has("flaky");
  settings.slow = arguments.has("slow");
  settings.caseName = arguments.value("case");
  settings.execution = arguments.value("execution");
  auto limit = readLimit(arguments, DefaultLimit);
  if (!limit)
    return limit.takeError();
  settings.limit = *limit;
  if (settings.caseName && settings.execution)
    return base::usageError("`--case` looks at all executions, `--execution` at one");
  if (arguments.words().size() > 1)
    return base::usageError("`pipec tests` takes at most one TARGET");
  if (!arguments.words().empty())
    settings.target = engine::parseTarget(arguments.words().front());
  return settings;
}

// ---- of one execution ----------------------------------------------------------

static std::string caseLine(const TestCase& test) {
  std::string line = test_report::isFailure(test.outcome) ? "  FAILED   "
                     : test.outcome == Outcome::Flaky     ? "  flaky    "
                     : test.outcome == Outcome::Skipped   ? "  skipped  "
                                                          : "  passed   ";
  line += printable(test.fullName());
  if (test.durationMs)
    line += "  " + secondsText(*test.durationMs);
  if (!test.message.empty())
    line += "  " + printable(test.message);
  return line + "\n";
}

static std::string headLine(const TestedNode& test) {
  const exec::NodeResult& result = test.node.result;
  std::string line = printable(test.node.label) + ": " + exec::stateName(result.state).str();
  if (!test.report)
    line += result.report ? ", its report is no longer in the cache" : ", no report";
  else
    line += ", " + std::to_string(test.report->cases.size()) + " cases";
  if (result.durationMs)
    line += ", " + secondsText(result.durationMs);
  if (result.state == exec::NodeState::Cached)
    line += ", as in execution " + result.execution;
  else if (!result.earlier.empty())
    line += ", attempt " + std::to_string(result.earlier.size() + 1);
  if (result.failure)
    line += ": " + printable(result.failure->message);
  return line + "\n";
}

static std::vector<Finding> slowest(llvm::ArrayRef<TestedNode> tests, const Settings& settings) {
  std::vector<Finding> found;
  for (const TestedNode& test : tests)
    if (test.report)
      for (const TestCase& one : test.report->cases)
        if (one.durationMs && settings.keeps(one))
          found.push_back({&test, &one});
  std::stable_sort(found.begin(), found.end(), [](const Finding& a, const Finding& b) {
    return *a.one->durationMs > *b.one->durationMs;
  });
  if (found.size() > settings.limit)
    found.resize(settings.limit);
  return found;
}

static void printTests(llvm::ArrayRef<TestedNode> tests, const Settings& settings,
                       llvm::raw_ostream& out) {
  if (settings.slow) {
    for (const Finding& finding : slowest(tests, settings))
      out << secondsText(*finding.one->durationMs) << "  " << printable(finding.test->node.label)
          << "  " << printable(finding.one->fullName()) << '\n';
    return;
  }
  for (const TestedNode& test : tests) {
    std::string cases;
    if (test.report)
      for (const TestCase& one : test.report->cases)
        if (settings.keeps(one))
          cases += caseLine(one);
    exec::NodeState state = test.node.result.state;
    bool isWanted = (settings.failed && state == exec::NodeState::Failed) ||
                    (settings.flaky && state == exec::NodeState::Flaky);
    if (!cases.empty() || isWanted || (!settings.failed && !settings.flaky))
      out << headLine(test) << cases;
  }
}

static void writeTests(llvm::ArrayRef<TestedNode> tests, const history::Execution& execution,
                       const test_report::Counts& counts, const Settings& settings, Streams& io) {
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", "pipec.tests/1");
      json.attribute("execution", jsonText(execution.id));
      json.attribute("pipeline", jsonText(execution.pipeline));
      json.attribute("state", history::stateName(execution.state));
      json.attributeObject("counts", [&] { writeCaseCounts(json, counts); });
      if (settings.slow)
        json.attributeArray("slowest", [&] {
          for (const Finding& finding : slowest(tests, settings))
            json.object([&] {
              json.attribute("label", jsonText(finding.test->node.label));
              writeCase(json, *finding.one);
            });
        });
      json.attributeArray("tests", [&] {
        for (const TestedNode& test : tests)
          json.object([&] {
            writeTest(json, test, execution.id,
                      [&](const TestCase& one) { return settings.keeps(one); });
          });
      });
    });
  });
}

/// The execution that is asked about, with its nodes. Without an id: the newest that has a part of
/// the target.
static llvm::Expected<history::Execution> findExecution(Query& query, const Settings& settings,
                                                        std::vector<history::NodeRecord>& nodes) {
  auto take = [&](history::Execution execution) -> llvm::Expected<history::Execution> {
    auto found = query.history().nodes(execution);
    if (!found)
      return found.takeError();
    nodes = std::move(*found);
    return execution;
  };
  const engine::Target& target = settings.target;
  if (settings.execution || target.label.empty()) {
    auto execution = query.execution(settings.execution);
    return execution ? take(std::move(*execution)) : execution.takeError();
  }
  auto candidates = query.history().executions(target.pipeline());
  if (!candidates)
    return candidates.takeError();
  std::string module;
  if (!target.file.empty()) {
    auto relative = query.workspace().relative(target.file);
    if (!relative)
      return relative.takeError();
    module = *relative;
  }
  for (history::Execution& candidate : *candidates) {
    if (!module.empty() && candidate.module != module)
      continue;
    auto execution = take(std::move(candidate));
    if (!execution || llvm::any_of(nodes, [&](const history::NodeRecord& node) {
          return isPartOf(node, target);
        }))
      return execution;
  }
  return base::usageError("`" + target.typed + "` has never been built here; `pipec build " +
                          target.typed + "` does");
}

static llvm::Expected<ExitCode> showExecution(Query& query, const Settings& settings, Streams& io) {
  std::vector<history::NodeRecord> nodes;
  auto execution = findExecution(query, settings, nodes);
  if (!execution)
    return execution.takeError();
  auto tests = testsAmong(query, std::move(nodes), settings.target);
  if (!tests)
    return tests.takeError();
  test_report::Counts counts;
  for (const TestedNode& test : *tests)
    if (test.report)
      for (const TestCase& one : test.report->cases)
        counts.add(one);
  if (settings.asJson) {
    writeTests(*tests, *execution, counts, settings, io);
    return ExitCode::Success;
  }
  printTests(*tests, settings, io.out);
  io.out << "pipec: " << counts.all() << " cases, " << counts.failed + counts.errors << " failed, "
         << counts.flaky << " flaky, " << counts.skipped << " skipped in " << tests->size()
         << " tests of execution " << execution->id << '\n';
  return ExitCode::Success;
}

// ---- of one case ---------------------------------------------------------------

/// The runs of the case, the newest first. A run that later executions are served from counts once.
static llvm::Expected<std::vector<CaseRun>> runsOf(Query& query, const Settings& settings) {
  auto executions = query.history().executions(settings.target.pipeline());
  if (!executions)
    return executions.takeError();
  std::vector<CaseRun> runs;
  std::set<base::Digest> chunks;
  std::set<std::pair<std::string, base::Digest>> seen;
  for (const history::Execution& execution : *executions) {
    if (runs.size() >= settings.limit)
      break;
    auto nodes = query.history().nodes(execution, &chunks);
    if (!nodes)
      return nodes.takeError();
    llvm::erase_if(*nodes, [&](const history::NodeRecord& node) {
      auto run = history::testRunOf(node.result);
      return !run || !seen.emplace(node.label, *run).second;
    });
    auto tests = testsAmong(query, std::move(*nodes), settings.target);
    if (!tests)
      return tests.takeError();
    for (TestedNode& test : *tests)
      if (test.report)
        for (TestCase& one : test.report->cases)
          if (one.fullName() == *settings.caseName || one.name == *settings.caseName)
            runs.push_back({test.node.label, test.node.result.execution, test.node.result.started,
                            std::move(one)});
  }
  std::stable_sort(runs.begin(), runs.end(),
                   [](const CaseRun& a, const CaseRun& b) { return a.started > b.started; });
  if (runs.size() > settings.limit)
    runs.resize(settings.limit);
  return runs;
}

static llvm::Expected<ExitCode> showCase(Query& query, const Settings& settings, Streams& io) {
  auto runs = runsOf(query, settings);
  if (!runs)
    return runs.takeError();
  if (settings.asJson) {
    io.out << base::renderJson([&](llvm::json::OStream& json) {
      json.object([&] {
        json.attribute("schema", "pipec.tests/1");
        json.attribute("case", jsonText(*settings.caseName));
        json.attributeArray("runs", [&] {
          for (const CaseRun& run : *runs)
            json.object([&] {
              json.attribute("label", jsonText(run.label));
              json.attribute("execution", jsonText(run.execution));
              json.attribute("started", run.started);
              writeCase(json, run.test);
            });
        });
      });
    });
    return ExitCode::Success;
  }
  if (runs->empty())
    return base::usageError("no test has a case `" + *settings.caseName +
                            "`; `pipec tests` names those of the last execution");
  for (const CaseRun& run : *runs)
    io.out << run.execution << "  " << base::timeText(run.started) << "  " << printable(run.label)
           << caseLine(run.test);
  return ExitCode::Success;
}

llvm::Expected<ExitCode> runTests(Words words, Streams& io) {
  auto invocation = invokeQuery("tests", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  auto settings = readSettings((*invocation)->arguments);
  if (!settings)
    return settings.takeError();
  settings->asJson = (*invocation)->asJson;
  Query& query = *(*invocation)->query;
  return settings->caseName ? showCase(query, *settings, io) : showExecution(query, *settings, io);
}

} // namespace pipec::cli
