// Writing events as JSON lines.
#include "runtime/report/event_stream.h"

#include "compiler/base/json.h"
#include "runtime/report/build_document.h"

namespace pipec::report {

using base::jsonText;

void EventStream::line(llvm::StringRef event,
                       llvm::function_ref<void(llvm::json::OStream&)> fields) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  {
    llvm::json::OStream json(stream);
    json.object([&] {
      json.attribute("event", event);
      json.attribute("time_ms", std::chrono::duration_cast<std::chrono::milliseconds>(
                                    std::chrono::steady_clock::now() - started)
                                    .count());
      fields(json);
    });
  }
  out << base::plainJson(stream.str()) << '\n';
  out.flush();
}

void EventStream::buildStarted(const plan::Plan& startedPlan) {
  plan = &startedPlan;
  line("build_started", [&](llvm::json::OStream& json) {
    json.attribute("execution", jsonText(execution));
    json.attribute("pipeline", jsonText(plan->pipeline));
    uint64_t nodes = 0;
    for (const plan::Node& node : plan->nodes)
      nodes += !node.isTree();
    json.attribute("nodes", nodes);
  });
}

void EventStream::planGrew(plan::NodeId expansion, plan::NodeId first) {
  line("plan_grew", [&](llvm::json::OStream& json) {
    json.attribute("label", jsonText(plan->nodes[expansion].label));
    uint64_t nodes = 0;
    for (size_t i = first.index; i < plan->nodes.size(); ++i)
      nodes += !plan->nodes[plan->nodes.idAt(i)].isTree();
    json.attribute("nodes", nodes);
  });
}

void EventStream::nodeStarted(plan::NodeId id, llvm::StringRef activity) {
  const plan::Node& node = plan->nodes[id];
  if (node.isTree())
    return;
  line("node_started", [&](llvm::json::OStream& json) {
    json.attribute("label", jsonText(node.label));
    json.attribute("kind", plan::kindName(node));
    json.attribute("activity", jsonText(activity));
  });
}

void EventStream::nodeFinished(plan::NodeId id, const exec::NodeResult& result) {
  const plan::Node& node = plan->nodes[id];
  if (node.isTree() && result.state != exec::NodeState::Failed)
    return;
  line("node_finished",
       [&](llvm::json::OStream& json) { writeNode(json, DocumentKind::Build, node, result); });
}

void EventStream::warning(llvm::StringRef message) {
  line("warning", [&](llvm::json::OStream& json) { json.attribute("message", jsonText(message)); });
}

void EventStream::buildFinished(const Tally& counts) {
  line("build_finished", [&](llvm::json::OStream& json) {
    json.attribute("execution", jsonText(execution));
    json.attributeObject("counts", [&] { writeCounts(json, counts); });
  });
}

} // namespace pipec::report
