// What stands between the threads of a build and its observer.
#pragma once

#include "runtime/exec/build.h"

#include <mutex>
#include <set>

namespace pipec::exec {

/// One BuildObserver call at a time, whatever thread it comes from. Warns of a step that starts and
/// asks for more than the machine has.
class SerialObserver final : public BuildObserver {
public:
  SerialObserver(BuildObserver& observer, const plan::Plan& plan, const Machine& machine)
      : target(observer), plan(plan), machine(machine) {}
  void buildStarted(const plan::Plan& plan) override {
    std::lock_guard lock(mutex);
    target.buildStarted(plan);
  }
  void planGrew(plan::NodeId expansion, plan::NodeId first) override {
    std::lock_guard lock(mutex);
    target.planGrew(expansion, first);
  }
  void nodeStarted(plan::NodeId node, llvm::StringRef activity) override {
    std::lock_guard lock(mutex);
    if (auto excess = excessiveRequest(plan.nodes[node], machine))
      if (warnedOf.insert(node).second)
        target.warning(*excess);
    target.nodeStarted(node, activity);
  }
  void nodeFinished(plan::NodeId node, const NodeResult& result) override {
    std::lock_guard lock(mutex);
    target.nodeFinished(node, result);
  }
  void nodeRemade(plan::NodeId node, const NodeResult& result) override {
    std::lock_guard lock(mutex);
    target.nodeRemade(node, result);
  }
  void warning(llvm::StringRef message) override {
    std::lock_guard lock(mutex);
    target.warning(message);
  }

private:
  std::mutex mutex;
  BuildObserver& target;
  const plan::Plan& plan;
  const Machine& machine;
  std::set<plan::NodeId> warnedOf;
};

} // namespace pipec::exec
