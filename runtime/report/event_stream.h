// EventStream: a build as JSON lines, one object for each event, as it happens.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/exec/build.h"
#include "runtime/report/tally.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <string>

namespace pipec::report {

/// Every line has `event` (`build_started`, `node_started`, `node_finished`, `warning`,
/// `build_finished`) and `time_ms` since the start of the first build. `node_finished` has the
/// fields of a node of pipec.build/1; a second one of a node takes the place of the first. Nodes
/// without execution are left out unless they failed. Each line is flushed.
class EventStream final : public exec::BuildObserver {
public:
  /// `out` outlives this.
  explicit EventStream(llvm::raw_ostream& out) : out(out) {}

  /// The id of the build that starts next.
  void setExecution(std::string id) { execution = std::move(id); }

  void buildStarted(const plan::Plan& plan) override;
  void planGrew(plan::NodeId expansion, plan::NodeId first) override;
  void nodeStarted(plan::NodeId node, llvm::StringRef activity) override;
  void nodeFinished(plan::NodeId node, const exec::NodeResult& result) override;
  void nodeRemade(plan::NodeId node, const exec::NodeResult& result) override {
    nodeFinished(node, result);
  }
  void warning(llvm::StringRef message) override;
  void buildFinished(const Tally& counts);

private:
  void line(llvm::StringRef event, llvm::function_ref<void(llvm::json::OStream&)> fields);

  llvm::raw_ostream& out;
  std::string execution;
  const plan::Plan* plan = nullptr;
  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

} // namespace pipec::report
