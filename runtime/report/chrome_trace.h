// ChromeTrace: when each node ran, as a file for chrome://tracing and Perfetto.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/exec/build.h"

#include "llvm/Support/JSON.h"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace pipec::report {

/// The JSON object form of the Trace Event Format, complete events (`"ph":"X"`), times in
/// microseconds; one `tid` for each slot of `-j`. (Format: "Trace Event Format", Chromium project.)
class ChromeTrace final : public exec::BuildObserver {
public:
  void buildStarted(const plan::Plan& plan) override;
  void nodeStarted(plan::NodeId node, llvm::StringRef activity) override;
  void nodeFinished(plan::NodeId node, const exec::NodeResult& result) override;
  void nodeRemade(plan::NodeId node, const exec::NodeResult& result) override {
    nodeFinished(node, result);
  }

  void write(llvm::json::OStream& json) const;

private:
  struct Event {
    std::string label;
    std::string kind;
    std::string state;
    std::string reason;
    unsigned slot = 0;
    int64_t begin = 0; ///< microseconds
    int64_t duration = 0;
  };
  struct Open {
    unsigned slot = 0;
    int64_t begin = 0;
  };
  int64_t now() const;

  const plan::Plan* plan = nullptr;
  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  std::map<plan::NodeId, Open> open;
  std::vector<bool> slotTaken;
  std::vector<Event> events;
};

} // namespace pipec::report
