// `pipec show`: one execution with its stages, nodes, attempts and tests.
#include "runtime/cli/command.h"

#include "runtime/cli/recorded_execution.h"
#include "runtime/cli/test_cases.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/base/time_text.h"
#include "runtime/report/text.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

using base::jsonText;
using exec::NodeState;
using report::printable;

std::vector<Option> showOptions() {
  return {formatOption()};
}

namespace {

struct Stage {
  std::string name;
  std::string state;
};

struct Shown {
  RecordedExecution recorded;
  std::vector<history::Execution> attempts;
  std::vector<Stage> stages;
  std::vector<TestedNode> tests;
};

} // namespace

/// What the nodes of a stage say of it.
static std::string stateOf(llvm::ArrayRef<const history::NodeRecord*> nodes,
                           history::ExecutionState execution) {
  auto any = [&](auto accept) {
    return llvm::any_of(nodes,
                        [&](const history::NodeRecord* node) { return accept(node->result); });
  };
  if (any([](const auto& result) {
        return result.state == NodeState::Failed && !result.tolerated;
      }))
    return "failed";
  if (any([](const auto& result) { return result.state == NodeState::Held; }))
    return "held";
  if (execution == history::ExecutionState::Running)
    return "running";
  if (any([](const auto& result) { return result.state == NodeState::Superseded; }))
    return "superseded";
  if (any([](const auto& result) { return result.state == NodeState::Skipped; }))
    return execution == history::ExecutionState::Stopped ? "stopped" : "skipped";
  return "succeeded";
}

static std::vector<Stage> stagesOf(const RecordedExecution& recorded) {
  std::vector<std::pair<std::string, std::vector<const history::NodeRecord*>>> stages;
  for (const history::NodeRecord& node : recorded.nodes) {
    if (node.stage.empty())
      continue;
    auto known =
        llvm::find_if(stages, [&](const auto& stage) { return stage.first == node.stage; });
    if (known == stages.end())
      known = stages.insert(stages.end(), {node.stage, {}});
    known->second.push_back(&node);
  }
  std::vector<Stage> result;
  for (const auto& [name, nodes] : stages)
    result.push_back({name, stateOf(nodes, recorded.execution.state)});
  return result;
}

static bool isShown(const history::NodeRecord& node) {
  bool isPure = node.kind == "tree" || node.kind == "expand" || node.kind == "merge";
  return !isPure || node.result.state == NodeState::Failed;
}

static bool hasLog(const exec::NodeResult& result) {
  static const base::Digest nothing = base::emptyDigest();
  return result.stdoutDigest.value_or(nothing) != nothing ||
         result.stderrDigest.value_or(nothing) != nothing;
}

// ---- text ----------------------------------------------------------------------

static void printNode(const history::NodeRecord& node, const std::string& id,
                      llvm::raw_ostream& out) {
  const exec::NodeResult& result = node.result;
  llvm::StringRef state = exec::stateName(result.state);
  out << "  " << state;
  out.indent(static_cast<unsigned>(11 - state.size())) << node.kind << " " << printable(node.label);
  if (result.durationMs)
    out << "  " << report::secondsText(result.durationMs);
  std::string why = result.failure ? result.failure->message : result.reason;
  if (!why.empty())
    out << "  " << printable(why);
  if (result.state == NodeState::Cached && !result.execution.empty())
    out << "  (execution " << result.execution << ")";
  out << '\n';
  for (const auto& [number, attempt] : llvm::enumerate(result.earlier))
    out << "             attempt " << number + 1 << ": " << printable(attempt.failure) << "  "
        << report::secondsText(attempt.durationMs) << '\n';
  for (const cache::ActionOutput& output : result.outputs)
    out << "             " << printable(output.name) << "  " << output.content.digest.text()
        << '\n';
  if (hasLog(result) && result.state != NodeState::Cached)
    out << "             pipec log " << printable(report::shellWord(node.label)) << " --execution "
        << id << '\n';
}

static void printTest(const TestedNode& test, llvm::raw_ostream& out) {
  if (!test.report)
    return;
  test_report::Counts counts = test_report::count(test.report->cases);
  out << "  " << printable(test.node.label) << ": " << counts.all() << " cases, "
      << counts.failed + counts.errors << " failed, " << counts.flaky << " flaky, "
      << counts.skipped << " skipped\n";
}

static void printExecution(const Shown& shown, llvm::raw_ostream& out) {
  const history::Execution& execution = shown.recorded.execution;
  out << "execution " << execution.id << ": " << history::stateName(execution.state) << '\n'
      << "  " << printable(invocationText(execution)) << '\n';
  if (!execution.request.targets.empty()) {
    out << "  targets:";
    for (const std::string& target : execution.request.targets)
      out << ' ' << printable(target);
    out << '\n';
  }
  out << "  " << base::timeText(execution.started) << ", "
      << report::secondsText(durationOf(execution)) << '\n';
  for (const RecordedSource& source : shown.recorded.sources)
    out << "  " << printable(source.label) << " is " << printable(source.identity) << '\n';
  if (shown.attempts.size() > 1) {
    out << "\nattempts\n";
    for (const history::Execution& attempt : shown.attempts)
      out << "  " << history::AttemptName::of(attempt.id).number << "  "
          << history::stateName(attempt.state) << "  " << base::timeText(attempt.started)
          << "  pipec show " << history::AttemptName::of(attempt.id).execution << '.'
          << history::AttemptName::of(attempt.id).number << '\n';
  }
  if (!shown.stages.empty()) {
    out << "\nstages\n";
    for (const Stage& stage : shown.stages)
      out << "  " << printable(stage.name) << ": " << stage.state << '\n';
  }
  out << "\nnodes\n";
  for (const history::NodeRecord& node : shown.recorded.nodes)
    if (isShown(node))
      printNode(node, execution.id, out);
  if (llvm::any_of(shown.tests, [](const TestedNode& test) { return test.report.has_value(); })) {
    out << "\ntests (pipec tests --execution " << execution.id << ")\n";
    for (const TestedNode& test : shown.tests)
      printTest(test, out);
  }
}

// ---- JSON ----------------------------------------------------------------------

static void writeDigest(llvm::json::OStream& json, const char* name,
                        const std::optional<base::Digest>& digest) {
  if (digest)
    json.attribute(name, digest->text());
  else
    json.attribute(name, nullptr);
}

static void writeNode(llvm::json::OStream& json, const history::NodeRecord& node) {
  const exec::NodeResult& result = node.result;
  json.attribute("label", jsonText(node.label));
  json.attribute("stage", jsonText(node.stage));
  json.attribute("kind", node.kind);
  json.attribute("state", exec::stateName(result.state));
  json.attribute("reason", jsonText(result.reason));
  json.attribute("execution", jsonText(result.execution));
  json.attribute("started", result.started);
  json.attribute("duration_ms", result.durationMs);
  writeDigest(json, "key", result.key);
  writeDigest(json, "stdout", result.stdoutDigest);
  writeDigest(json, "stderr", result.stderrDigest);
  json.attributeArray("outputs", [&] {
    for (const cache::ActionOutput& output : result.outputs)
      json.object([&] {
        json.attribute("name", jsonText(output.name));
        json.attribute("digest", output.content.digest.text());
        json.attribute("type", cas::kindName(output.content.kind));
      });
  });
  if (result.report)
    json.attribute("report", result.report->digest.text());
  if (!result.identity.empty())
    json.attribute("identity", jsonText(result.identity));
  if (!result.url.empty())
    json.attribute("url", jsonText(result.url));
  json.attributeArray("earlier_attempts", [&] {
    for (const exec::Attempt& attempt : result.earlier)
      json.object([&] {
        json.attribute("failure", jsonText(attempt.failure));
        json.attribute("duration_ms", attempt.durationMs);
        if (attempt.report)
          json.attribute("report", attempt.report->digest.text());
      });
  });
  if (result.failure)
    json.attributeObject("failure", [&] {
      json.attribute("code", jsonText(result.failure->code));
      json.attribute("message", jsonText(result.failure->message));
      json.attribute("file", jsonText(result.failure->location.file));
      json.attribute("line", result.failure->location.line);
    });
}

static void writeShown(llvm::json::OStream& json, const Shown& shown) {
  json.attribute("schema", "pipec.execution/1");
  writeExecution(json, shown.recorded, shown.attempts.size());
  json.attributeArray("history", [&] {
    for (const history::Execution& attempt : shown.attempts)
      json.object([&] {
        json.attribute("id", jsonText(attempt.id));
        json.attribute("attempt", history::AttemptName::of(attempt.id).number);
        json.attribute("state", history::stateName(attempt.state));
        json.attribute("started", attempt.started);
        json.attribute("duration_ms", durationOf(attempt));
      });
  });
  json.attributeArray("stages", [&] {
    for (const Stage& stage : shown.stages)
      json.object([&] {
        json.attribute("name", jsonText(stage.name));
        json.attribute("state", stage.state);
      });
  });
  json.attributeArray("nodes", [&] {
    for (const history::NodeRecord& node : shown.recorded.nodes)
      if (isShown(node))
        json.object([&] { writeNode(json, node); });
  });
  json.attributeArray("tests", [&] {
    for (const TestedNode& test : shown.tests)
      json.object([&] {
        writeTest(json, test, shown.recorded.execution.id,
                  [](const test_report::TestCase&) { return true; });
      });
  });
}

static llvm::Expected<Shown> find(Query& query, const std::string& id) {
  Shown shown;
  auto execution = query.execution(id);
  if (!execution)
    return execution.takeError();
  auto attempts = query.history().attempts(history::AttemptName::of(execution->id).execution);
  if (!attempts)
    return attempts.takeError();
  shown.attempts = std::move(*attempts);
  auto recorded = readExecution(query, std::move(*execution));
  if (!recorded)
    return recorded.takeError();
  shown.recorded = std::move(*recorded);
  shown.stages = stagesOf(shown.recorded);
  auto tests = testsAmong(query, shown.recorded.nodes, engine::Target());
  if (!tests)
    return tests.takeError();
  shown.tests = std::move(*tests);
  return shown;
}

llvm::Expected<ExitCode> runShow(Words words, Streams& io) {
  auto invocation = invokeQuery("show", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto id = singleExecution(arguments, "show");
  if (!id)
    return id.takeError();
  Query& query = *(*invocation)->query;
  auto shown = find(query, *id);
  if (!shown)
    return shown.takeError();
  if ((*invocation)->asJson)
    io.out << base::renderJson(
        [&](llvm::json::OStream& json) { json.object([&] { writeShown(json, *shown); }); });
  else
    printExecution(*shown, io.out);
  return ExitCode::Success;
}

} // namespace pipec::cli
