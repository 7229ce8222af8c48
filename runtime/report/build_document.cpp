// Writing build results as JSON.
#include "runtime/report/build_document.h"

#include "compiler/base/json.h"
#include "runtime/report/wants.h"

namespace pipec::report {

using base::jsonText;
using exec::NodeResult;
using exec::NodeState;

void writeCounts(llvm::json::OStream& json, const Tally& counts) {
  json.attribute("executed", counts.executed);
  json.attribute("cached", counts.cached);
  json.attribute("failed", counts.failed);
  json.attribute("skipped", counts.skipped);
  json.attribute("held", counts.held);
  json.attribute("flaky", counts.flaky);
  json.attribute("superseded", counts.superseded);
  json.attribute("warned", counts.warned);
  json.attribute("interrupted", counts.interrupted);
  json.attribute("repeated", counts.repeated);
  json.attribute("not_deterministic", counts.irreproducible);
}

static void writeOutputs(llvm::json::OStream& json, const NodeResult& result) {
  json.attributeArray("outputs", [&] {
    for (const cache::ActionOutput& output : result.outputs)
      json.object([&] {
        json.attribute("name", jsonText(output.name));
        json.attribute("digest", output.content.digest.text());
        json.attribute("type", cas::kindName(output.content.kind));
      });
  });
}

static void writeTexts(llvm::json::OStream& json, llvm::StringRef name,
                       const std::vector<std::string>& texts) {
  json.attributeArray(name, [&] {
    for (const std::string& text : texts)
      json.value(jsonText(text));
  });
}

static void writeTrace(llvm::json::OStream& json, const exec::TraceReport& trace) {
  json.attributeObject("trace", [&] {
    writeTexts(json, "unused", trace.unused);
    json.attributeArray("undeclared", [&] {
      for (const exec::TraceReport::Undeclared& found : trace.undeclared)
        json.object([&] {
          json.attribute("path", jsonText(found.path));
          writeTexts(json, "edits", found.edits);
        });
    });
    writeTexts(json, "refused", trace.refused);
    writeTexts(json, "programs", trace.programs);
    writeTexts(json, "files", trace.files);
  });
}

static void writeRepetition(llvm::json::OStream& json, const exec::Repetition& repetition) {
  json.attribute("deterministic", !repetition.difference);
  if (repetition.difference)
    json.attributeObject("difference", [&] {
      const exec::ResultDifference& difference = *repetition.difference;
      json.attribute("output", jsonText(difference.output));
      json.attribute("path", jsonText(difference.path));
      if (difference.offset)
        json.attribute("offset", *difference.offset);
      json.attribute("first", jsonText(difference.first));
      json.attribute("second", jsonText(difference.second));
      json.attribute("text", jsonText(difference.text()));
    });
  writeTexts(json, "notes", repetition.notes);
}

void writeNode(llvm::json::OStream& json, DocumentKind kind, const plan::Node& node,
               const NodeResult& result) {
  json.attribute("label", jsonText(node.label));
  json.attribute("kind", plan::kindName(node));
  // A dry run's states are those that the nodes would have: `succeeded` would execute.
  json.attribute(kind == DocumentKind::Plan ? "would" : "state", exec::stateName(result.state));
  json.attribute("reason", jsonText(result.reason));
  writeTexts(json, "changes", result.changes);
  if (!result.modified.empty())
    writeTexts(json, "modified", result.modified);
  if (result.key)
    json.attribute("key", result.key->text());
  else
    json.attribute("key", nullptr);
  json.attribute("duration_ms", result.durationMs);
  json.attribute("cpu_ms", result.cpuMs);
  json.attribute("peak_memory", result.peakMemory);
  writeOutputs(json, result);
  if (result.report)
    json.attribute("report", result.report->digest.text());
  if (!result.execution.empty())
    json.attribute("execution", jsonText(result.execution));
  if (!result.identity.empty())
    json.attribute("identity", jsonText(result.identity));
  if (!result.url.empty())
    json.attribute("url", jsonText(result.url));
  if (result.generation)
    json.attribute("generation", result.generation);
  if (result.failure)
    json.attributeObject("failure", [&] {
      json.attribute("code", jsonText(result.failure->code));
      json.attribute("message", jsonText(result.failure->message));
      if (!result.failure->edits.empty())
        writeTexts(json, "edits", result.failure->edits);
    });
  if (result.trace)
    writeTrace(json, *result.trace);
  if (result.repetition)
    json.attributeObject("repetition", [&] { writeRepetition(json, *result.repetition); });
  json.attribute("file", jsonText(node.location.file));
  json.attribute("line", node.location.line);
}

bool isUnknownList(const plan::Plan& plan, const plan::Node& node, const NodeResult& result) {
  return node.expansion() && result.state == NodeState::Succeeded && plan::isNamed(plan, node);
}

static llvm::StringRef stateOf(llvm::ArrayRef<PipelineOutcome> pipelines) {
  bool failed = false, held = false, interrupted = false, superseded = false;
  for (const PipelineOutcome& pipeline : pipelines) {
    failed |= pipeline.result->anyFailed();
    held |= pipeline.result->anyHeld();
    interrupted |= pipeline.result->interrupted;
    superseded |= pipeline.result->anySuperseded();
  }
  return interrupted  ? "stopped"
         : failed     ? "failed"
         : held       ? "held"
         : superseded ? "superseded"
                      : "succeeded";
}

void writeDocument(llvm::json::OStream& json, DocumentKind kind,
                   llvm::ArrayRef<PipelineOutcome> pipelines, const Tally& counts,
                   llvm::ArrayRef<exec::Want> wants, bool broken) {
  json.object([&] {
    bool isPlan = kind == DocumentKind::Plan;
    json.attribute("schema", isPlan ? "pipec.plan/1" : "pipec.build/1");
    if (!isPlan) {
      // Each pipeline is an execution of its own; mostly there is one.
      json.attribute("execution",
                     pipelines.empty() ? std::string() : jsonText(pipelines.front().execution));
      json.attribute("state", broken ? "failed" : stateOf(pipelines));
      json.attributeArray("executions", [&] {
        for (const PipelineOutcome& pipeline : pipelines)
          json.object([&] {
            json.attribute("execution", jsonText(pipeline.execution));
            json.attribute("pipeline", jsonText(pipeline.plan->pipeline));
            json.attribute("state", stateOf({pipeline}));
          });
      });
    }
    json.attributeObject("counts", [&] { writeCounts(json, counts); });
    json.attributeArray("nodes", [&] {
      for (const PipelineOutcome& pipeline : pipelines)
        for (size_t i = 0; i < pipeline.plan->nodes.size(); ++i) {
          plan::NodeId id = pipeline.plan->nodes.idAt(i);
          const plan::Node& node = pipeline.plan->nodes[id];
          const NodeResult& result = pipeline.result->nodes[id];
          if (!node.isTree() || result.state == NodeState::Failed ||
              isUnknownList(*pipeline.plan, node, result))
            json.object([&] { writeNode(json, kind, node, result); });
        }
    });
    if (isPlan)
      writeWants(json, wants);
  });
}

} // namespace pipec::report
