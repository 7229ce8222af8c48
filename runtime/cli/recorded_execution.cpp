// Counting and describing what the history has of an execution.
#include "runtime/cli/recorded_execution.h"

#include "compiler/base/json.h"
#include "runtime/engine/pins.h"
#include "runtime/report/build_document.h"

#include <chrono>

namespace pipec::cli {

using base::jsonText;
using exec::NodeState;

/// As report::Tally::add, which has the node of a plan.
static void count(const history::NodeRecord& node, report::Tally& counts) {
  const exec::NodeResult& result = node.result;
  bool isPure = node.kind == "tree" || node.kind == "expand" || node.kind == "merge";
  bool wasInterrupted = result.failure && result.failure->cancelled;
  if (wasInterrupted && !isPure)
    ++counts.interrupted;
  if (wasInterrupted || (isPure && result.state != NodeState::Failed))
    return;
  bool failed = result.state == NodeState::Failed;
  counts.executed += result.state == NodeState::Succeeded || result.state == NodeState::Flaky ||
                     (failed && result.stdoutDigest);
  counts.cached += result.state == NodeState::Cached;
  counts.failed += failed && !result.tolerated;
  counts.warned += failed && result.tolerated;
  counts.flaky += result.state == NodeState::Flaky;
  counts.skipped += result.state == NodeState::Skipped;
  counts.held += result.state == NodeState::Held;
  counts.superseded += result.state == NodeState::Superseded;
}

llvm::Expected<RecordedExecution> readExecution(Query& query, history::Execution execution) {
  RecordedExecution recorded;
  auto nodes = query.history().nodes(execution);
  if (!nodes)
    return nodes.takeError();
  recorded.execution = std::move(execution);
  recorded.nodes = std::move(*nodes);
  for (const history::NodeRecord& node : recorded.nodes) {
    count(node, recorded.counts);
    if (!node.result.identity.empty())
      recorded.sources.push_back({node.label, node.result.identity});
  }
  return recorded;
}

std::string invocationText(const history::Execution& execution) {
  return execution.module + ":" + execution.pipeline +
         engine::parameterSuffix(execution.parameters);
}

int64_t durationOf(const history::Execution& execution) {
  if (execution.ended)
    return execution.ended - execution.started;
  if (execution.state != history::ExecutionState::Running)
    return 0; // its process died, nobody knows when
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() - execution.started;
}

void writeExecution(llvm::json::OStream& json, const RecordedExecution& recorded, size_t attempts) {
  const history::Execution& execution = recorded.execution;
  auto name = history::AttemptName::of(execution.id);
  json.attribute("execution", jsonText(name.execution));
  json.attribute("id", jsonText(execution.id));
  json.attribute("attempt", name.number);
  json.attribute("attempts", attempts);
  json.attribute("state", history::stateName(execution.state));
  json.attribute("module", jsonText(execution.module));
  json.attribute("pipeline", jsonText(execution.pipeline));
  json.attributeArray("parameters", [&] {
    for (const plan::Parameter& parameter : execution.parameters)
      json.object([&] {
        json.attribute("name", jsonText(parameter.name));
        json.attribute("value", jsonText(parameter.value));
      });
  });
  json.attributeArray("targets", [&] {
    for (const std::string& target : execution.request.targets)
      json.value(jsonText(target));
  });
  json.attribute("started", execution.started);
  if (execution.ended)
    json.attribute("ended", execution.ended);
  else
    json.attribute("ended", nullptr);
  json.attribute("duration_ms", durationOf(execution));
  json.attributeArray("sources", [&] {
    for (const RecordedSource& source : recorded.sources)
      json.object([&] {
        json.attribute("label", jsonText(source.label));
        json.attribute("identity", jsonText(source.identity));
      });
  });
  json.attributeObject("counts", [&] { report::writeCounts(json, recorded.counts); });
}

} // namespace pipec::cli
