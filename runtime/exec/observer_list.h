// ObserverList: several observers of one build.
#pragma once

#include "runtime/exec/build.h"

#include <vector>

namespace pipec::exec {

/// Hands every call on, in order. The observers outlive it.
class ObserverList final : public BuildObserver {
public:
  void add(BuildObserver& observer) { observers.push_back(&observer); }

  void buildStarted(const plan::Plan& plan) override {
    for (BuildObserver* observer : observers)
      observer->buildStarted(plan);
  }
  void planGrew(plan::NodeId expansion, plan::NodeId first) override {
    for (BuildObserver* observer : observers)
      observer->planGrew(expansion, first);
  }
  void nodeStarted(plan::NodeId node, llvm::StringRef activity) override {
    for (BuildObserver* observer : observers)
      observer->nodeStarted(node, activity);
  }
  void nodeFinished(plan::NodeId node, const NodeResult& result) override {
    for (BuildObserver* observer : observers)
      observer->nodeFinished(node, result);
  }
  void nodeRemade(plan::NodeId node, const NodeResult& result) override {
    for (BuildObserver* observer : observers)
      observer->nodeRemade(node, result);
  }
  void warning(llvm::StringRef message) override {
    for (BuildObserver* observer : observers)
      observer->warning(message);
  }

private:
  std::vector<BuildObserver*> observers;
};

} // namespace pipec::exec
