// `pipec plan`: a dry run, as a list or a document.
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/wanted.h"
#include "runtime/engine/session.h"
#include "runtime/report/build_document.h"
#include "runtime/report/failure.h"
#include "runtime/report/tally.h"
#include "runtime/report/wants.h"

#include "compiler/base/json.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>

namespace pipec::cli {

std::vector<Option> planOptions() {
  std::vector<Option> options = executionOptions();
  options.push_back(formatOption());
  return options;
}

namespace {

/// Passes warnings on; the nodes are looked at in the end.
class WarningsOnly final : public exec::BuildObserver {
public:
  explicit WarningsOnly(Streams& io) : io(io) {}
  void warning(llvm::StringRef message) override { io.warning(message); }

private:
  Streams& io;
};

} // namespace

static llvm::StringRef wordFor(exec::NodeState state) {
  switch (state) {
  case exec::NodeState::Succeeded:
  case exec::NodeState::Flaky:
    return "would execute";
  case exec::NodeState::Failed:
    return "would fail";
  case exec::NodeState::Skipped:
    return "would skip";
  case exec::NodeState::Held:
    return "would hold";
  default:
    return exec::stateName(state);
  }
}

/// One line for each node, its reason at the end.
static void writeText(llvm::raw_ostream& out, const report::PipelineOutcome& pipeline,
                      bool withCached) {
  for (size_t i = 0; i < pipeline.plan->nodes.size(); ++i) {
    plan::NodeId id = pipeline.plan->nodes.idAt(i);
    const plan::Node& node = pipeline.plan->nodes[id];
    const exec::NodeResult& result = pipeline.result->nodes[id];
    bool isFailure = result.state == exec::NodeState::Failed;
    bool isUnknown = report::isUnknownList(*pipeline.plan, node, result);
    if (node.isTree() && !isFailure && !isUnknown)
      continue;
    if (result.state == exec::NodeState::Cached && !withCached)
      continue;
    llvm::StringRef word = isUnknown ? "would expand" : wordFor(result.state);
    out << word;
    out.indent(15 - std::min<size_t>(word.size(), 14)) << report::printable(node.label);
    if (!result.reason.empty())
      out << ": " << report::printable(result.reason);
    out << '\n';
    if (withCached && result.changes.size() > 1)
      for (const std::string& change : result.changes)
        out << "  " << report::printable(change) << '\n';
  }
}

/// Dry runs of all plans.
static llvm::Expected<std::vector<exec::BuildResult>> dryRunAll(PreparedBuild& prepared,
                                                                Streams& io) {
  exec::Cancellation never;
  auto session = engine::Session::open(
      prepared.invocation.workspace, prepared.invocation.common.places, prepared.configuration,
      prepared.trust, prepared.settings.sandbox, engine::Purpose::DryRun, never,
      [&](llvm::StringRef message) { io.warning(message); });
  if (!session)
    return session.takeError();
  WarningsOnly observer(io);
  std::vector<exec::BuildResult> results;
  for (engine::SelectedPlan& plan : prepared.plans) {
    auto result = (*session)->build(plan, prepared.settings.build, observer);
    if (!result)
      return result.takeError();
    results.push_back(std::move(*result));
  }
  return results;
}

llvm::Expected<ExitCode> runPlan(Words words, Streams& io) {
  auto started = std::chrono::steady_clock::now();
  ExitCode code = ExitCode::Success;
  auto prepared = prepareBuild("plan", words, io, code);
  if (!prepared)
    return prepared.takeError();
  if (!*prepared)
    return code;
  (*prepared)->settings.build.dryRun = true;
  auto results = dryRunAll(**prepared, io);
  if (!results)
    return results.takeError();

  std::vector<report::PipelineOutcome> outcomes;
  report::Tally tally;
  for (const auto& [plan, result] : llvm::zip((*prepared)->plans, *results)) {
    outcomes.push_back({&plan.wanted, &result, ""});
    for (const auto& [node, nodeResult] : llvm::zip(plan.wanted.nodes, result.nodes))
      tally.add(node, nodeResult);
  }
  auto wants = wantsOf((*prepared)->plans, (*prepared)->invocation.workspace, (*prepared)->trust,
                       !(*prepared)->settings.build.noDeploy);
  if (!wants)
    return wants.takeError();
  if ((*prepared)->asJson) {
    io.out << base::renderJson([&](llvm::json::OStream& json) {
      report::writeDocument(json, report::DocumentKind::Plan, outcomes, tally, *wants);
    });
  } else {
    for (const report::PipelineOutcome& outcome : outcomes)
      writeText(io.out, outcome, (*prepared)->invocation.common.verbose);
    report::writeWants(io.out, *wants);
    auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    io.out << report::dryRunFinalLine(tally, milliseconds.count()) << '\n';
  }
  return tally.failed ? ExitCode::Failure : ExitCode::Success;
}

} // namespace pipec::cli
