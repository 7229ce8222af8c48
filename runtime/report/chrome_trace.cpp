// Gathering and writing trace events.
#include "runtime/report/chrome_trace.h"

#include "compiler/base/json.h"

#include <algorithm>

namespace pipec::report {

int64_t ChromeTrace::now() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               started)
      .count();
}

void ChromeTrace::buildStarted(const plan::Plan& startedPlan) {
  plan = &startedPlan;
  open.clear();
  slotTaken.clear();
}

void ChromeTrace::nodeStarted(plan::NodeId node, llvm::StringRef) {
  if (open.count(node))
    return;
  auto slot = std::find(slotTaken.begin(), slotTaken.end(), false);
  if (slot == slotTaken.end())
    slot = slotTaken.insert(slot, false);
  *slot = true;
  open[node] = {static_cast<unsigned>(slot - slotTaken.begin()), now()};
}

void ChromeTrace::nodeFinished(plan::NodeId id, const exec::NodeResult& result) {
  auto entry = open.find(id);
  if (entry == open.end())
    return;
  const plan::Node& node = plan->nodes[id];
  events.push_back({node.label, plan::kindName(node).str(), exec::stateName(result.state).str(),
                    result.reason, entry->second.slot, entry->second.begin,
                    now() - entry->second.begin});
  slotTaken[entry->second.slot] = false;
  open.erase(entry);
}

void ChromeTrace::write(llvm::json::OStream& json) const {
  json.object([&] {
    json.attribute("displayTimeUnit", "ms");
    json.attributeArray("traceEvents", [&] {
      for (const Event& event : events)
        json.object([&] {
          json.attribute("name", base::jsonText(event.label));
          json.attribute("cat", event.kind);
          json.attribute("ph", "X");
          json.attribute("ts", event.begin);
          json.attribute("dur", event.duration);
          json.attribute("pid", 1);
          json.attribute("tid", event.slot + 1);
          json.attributeObject("args", [&] {
            json.attribute("state", event.state);
            json.attribute("reason", base::jsonText(event.reason));
          });
        });
    });
  });
}

} // namespace pipec::report
