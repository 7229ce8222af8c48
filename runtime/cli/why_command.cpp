// `pipec why`: explains the last time of a node from the recorded fields of its keys.
#include "runtime/cache/scoped_action_cache.h"
#include "runtime/cli/command.h"
#include "runtime/cli/query.h"
#include "runtime/cli/trust_options.h"
#include "runtime/engine/program.h"
#include "runtime/engine/session.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/plan/action_key.h"
#include "runtime/cache/action_cache.h"
#include "runtime/exec/explain.h"
#include "runtime/report/text.h"

namespace pipec::cli {

std::vector<Option> whyOptions() {
  return {{"execution", 0, "ID", "of that execution instead of the newest"}, formatOption()};
}

namespace {

using exec::ExplainedDifference;

struct Explanation {
  history::NodeFinding finding;
  std::vector<ExplainedDifference> differences;
  bool comparable = false; ///< both keys' fields are recorded
  /// What a build would do with it now; nullopt: it was not asked for, or cannot be told.
  std::optional<exec::NodeResult> now;
};

constexpr size_t FilesShown = 20;

} // namespace

static llvm::Expected<Explanation> explain(Query& query, history::NodeFinding finding,
                                           Streams& io) {
  Explanation explanation;
  explanation.finding = std::move(finding);
  const history::NodeRecord& node = explanation.finding.node;
  if (!node.result.key || !node.previousKey)
    return explanation;
  // Of untrusted executions as well: what is looked up here is only told.
  auto cache = cache::openScopedActionCache(
      query.cache(), cache::Scope::Untrusted, [&](llvm::StringRef message) { io.warning(message); },
      cache::Access::ReadOnly);
  if (!cache)
    return cache.takeError();
  auto before = (*cache)->fields(*node.previousKey);
  if (!before)
    return before.takeError();
  auto after = (*cache)->fields(*node.result.key);
  if (!after)
    return after.takeError();
  if (!*before || !*after)
    return explanation;
  explanation.comparable = true;
  auto store = query.store();
  if (!store)
    return store.takeError();
  auto differences = exec::explainDifferences(**store, **before, **after);
  if (!differences)
    return differences.takeError();
  explanation.differences = std::move(*differences);
  return explanation;
}

// ---- before a build -------------------------------------------------------------

/// What a build with the parameters of `execution` would do with the target, and why. nullopt: the
/// program does not say (`pipec plan` does).
static llvm::Expected<std::optional<exec::NodeResult>> lookAhead(Query& query,
                                                                 const engine::Target& target,
                                                                 const history::NodeFinding* last,
                                                                 const CommonSettings& common) {
  auto program = engine::Program::load(query.workspace(), target);
  if (!program)
    return program.takeError();
  if ((*program)->hasErrors())
    return std::nullopt;
  auto selections = (*program)->select(target);
  if (!selections)
    return selections.takeError();
  auto plan = (*program)->plan(selections->front(),
                               last ? last->execution.parameters : std::vector<plan::Parameter>());
  if (!plan)
    return plan.takeError();
  auto trust = readTrust(Arguments(), query.workspace());
  if (!trust)
    return trust.takeError();
  auto configuration = workspace::readConfiguration(query.workspace(), *trust);
  if (!configuration)
    return configuration.takeError();
  if (!*plan)
    return std::nullopt;
  auto quiet = [](llvm::StringRef) {};
  exec::Cancellation never;
  auto session =
      engine::Session::open(query.workspace(), common.places, *configuration, *trust,
                            sandbox::SandboxMode::Auto, engine::Purpose::DryRun, never, quiet);
  if (!session)
    return session.takeError();
  exec::BuildOptions options;
  options.dryRun = true;
  options.keepGoing = true;
  exec::BuildObserver nobody;
  auto result = (*session)->build(**plan, options, nobody);
  if (!result)
    return result.takeError();
  const plan::Plan& wanted = (*plan)->wanted;
  for (size_t i = 0; i < wanted.nodes.size(); ++i) {
    plan::NodeId id = wanted.nodes.idAt(i);
    const plan::Node& node = wanted.nodes[id];
    const std::string& label = last ? last->node.label : target.label;
    if (node.label == label || llvm::is_contained(node.aliases, label))
      return std::move(result->nodes[id]);
  }
  return std::nullopt;
}

// ---- text ----------------------------------------------------------------------

static void writeAhead(llvm::raw_ostream& out, const exec::NodeResult& now) {
  using State = exec::NodeState;
  out << "  a build now: "
      << (now.state == State::Succeeded ? "would execute it" : exec::stateName(now.state));
  if (!now.reason.empty())
    out << ", because: " << report::printable(now.reason);
  out << '\n';
  if (now.changes.size() > 1)
    for (const std::string& change : now.changes)
      out << "    " << report::printable(change) << '\n';
}

static void writeLast(llvm::raw_ostream& out, const Explanation& explanation) {
  const history::NodeRecord& node = explanation.finding.node;
  const exec::NodeResult& result = node.result;
  out << report::printable(node.label) << " (" << node.kind << "): "
      << (result.state == exec::NodeState::Succeeded ? "executed" : exec::stateName(result.state))
      << " in execution " << explanation.finding.execution.id << '\n';
  if (!result.reason.empty())
    out << "  because: " << report::printable(result.reason) << '\n';
  if (result.state == exec::NodeState::Cached && !result.execution.empty())
    out << "  made by: execution " << result.execution << '\n';
  if (result.durationMs > 0 || result.peakMemory > 0)
    out << "  took: " << report::usageText(result) << '\n';
  if (result.key)
    out << "  key: " << result.key->text() << '\n';
  if (!node.previousKey)
    return;
  out << "  the key before: " << node.previousKey->text() << '\n';
  if (!explanation.comparable) {
    out << "  what that key was made of is no longer recorded\n";
    return;
  }
  for (const ExplainedDifference& difference : explanation.differences) {
    out << "  " << report::printable(plan::describe(difference.field)) << '\n';
    size_t shown = 0;
    for (const cas::FileDifference& file : difference.files) {
      if (shown++ == FilesShown) {
        out << "    … and " << difference.files.size() - FilesShown << " more\n";
        break;
      }
      llvm::StringRef below = difference.field.note;
      out << "    " << report::printable(below) << (below.empty() ? "" : "/")
          << report::printable(file.path) << ' ' << exec::describe(file, difference.namesOnly())
          << '\n';
    }
  }
}

static void writeText(llvm::raw_ostream& out, const Explanation& explanation) {
  writeLast(out, explanation);
  if (explanation.now)
    writeAhead(out, *explanation.now);
}

// ---- JSON ----------------------------------------------------------------------

static void writeDifference(llvm::json::OStream& json, const ExplainedDifference& difference) {
  using Kind = plan::FieldDifference::Kind;
  Kind kind = difference.field.kind;
  json.attribute("field", base::jsonText(difference.field.tag));
  json.attribute("change", kind == Kind::Added     ? "added"
                           : kind == Kind::Removed ? "removed"
                                                   : "changed");
  json.attribute("before", base::jsonText(difference.field.before));
  json.attribute("after", base::jsonText(difference.field.after));
  json.attribute("name", base::jsonText(difference.field.note));
  json.attribute("text", base::jsonText(plan::describe(difference.field)));
  json.attributeArray("files", [&] {
    for (const cas::FileDifference& file : difference.files)
      json.object([&] {
        json.attribute("path", base::jsonText(file.path));
        json.attribute("before", file.before ? file.before->digest.text() : "");
        json.attribute("after", file.after ? file.after->digest.text() : "");
      });
  });
}

static void writeJson(llvm::json::OStream& json, const Explanation& explanation) {
  const history::NodeRecord& node = explanation.finding.node;
  json.attribute("schema", "pipec.why/1");
  json.attribute("label", base::jsonText(node.label));
  json.attribute("kind", node.kind);
  json.attribute("execution", explanation.finding.execution.id);
  json.attribute("state", exec::stateName(node.result.state));
  json.attribute("reason", base::jsonText(node.result.reason));
  json.attribute("made_by", node.result.execution);
  json.attribute("duration_ms", node.result.durationMs);
  json.attribute("cpu_ms", node.result.cpuMs);
  json.attribute("peak_memory", node.result.peakMemory);
  json.attribute("key", node.result.key ? node.result.key->text() : "");
  json.attribute("previous_key", node.previousKey ? node.previousKey->text() : "");
  json.attributeArray("differences", [&] {
    for (const ExplainedDifference& difference : explanation.differences)
      json.object([&] { writeDifference(json, difference); });
  });
  if (explanation.now)
    json.attributeObject("now", [&] {
      json.attribute("would", exec::stateName(explanation.now->state));
      json.attribute("reason", base::jsonText(explanation.now->reason));
      json.attributeArray("changes", [&] {
        for (const std::string& change : explanation.now->changes)
          json.value(base::jsonText(change));
      });
    });
}

llvm::Expected<ExitCode> runWhy(Words words, Streams& io) {
  auto invocation = invokeQuery("why", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto target = singleTarget(arguments, "why");
  if (!target)
    return target.takeError();
  Query& query = *(*invocation)->query;
  // A skipped node has nothing to explain; the time before that has.
  auto wasDecided = [](const history::NodeRecord& node) {
    return node.result.state != exec::NodeState::Skipped;
  };
  auto found =
      query.find(*target, arguments.value("execution"), wasDecided, "was never decided on");
  if (!found)
    return found.takeError();
  auto explanation = explain(query, std::move(*found), io);
  if (!explanation)
    return explanation.takeError();
  if (!arguments.value("execution")) {
    auto now = lookAhead(query, *target, &explanation->finding, (*invocation)->common);
    if (now)
      explanation->now = std::move(*now);
    else
      llvm::consumeError(now.takeError()); // the past is known all the same
  }
  if ((*invocation)->asJson)
    io.out << base::renderJson(
        [&](llvm::json::OStream& json) { json.object([&] { writeJson(json, *explanation); }); });
  else
    writeText(io.out, *explanation);
  return ExitCode::Success;
}

} // namespace pipec::cli
