// Names and classes of node states, and what a whole build's result says.
#include "runtime/exec/build.h"

#include "llvm/Support/ErrorHandling.h"

#include <algorithm>

namespace pipec::exec {

bool isFinal(NodeState state) {
  return state != NodeState::Waiting && state != NodeState::Ready && state != NodeState::Running;
}

bool isSuccess(NodeState state) {
  return state == NodeState::Succeeded || state == NodeState::Cached || state == NodeState::Flaky;
}

llvm::StringRef stateName(NodeState state) {
  switch (state) {
  case NodeState::Waiting:
    return "waiting";
  case NodeState::Ready:
    return "ready";
  case NodeState::Running:
    return "running";
  case NodeState::Succeeded:
    return "succeeded";
  case NodeState::Cached:
    return "cached";
  case NodeState::Failed:
    return "failed";
  case NodeState::Flaky:
    return "flaky";
  case NodeState::Skipped:
    return "skipped";
  case NodeState::Held:
    return "held";
  case NodeState::Superseded:
    return "superseded";
  }
  llvm_unreachable("a node state without a name");
}

bool BuildResult::anyFailed() const {
  return std::any_of(nodes.begin(), nodes.end(), [](const NodeResult& result) {
    return (result.state == NodeState::Failed && !result.tolerated) || result.isIrreproducible();
  });
}

bool BuildResult::anyHeld() const {
  return std::any_of(nodes.begin(), nodes.end(),
                     [](const NodeResult& result) { return result.state == NodeState::Held; });
}

bool BuildResult::anySuperseded() const {
  return std::any_of(nodes.begin(), nodes.end(), [](const NodeResult& result) {
    return result.state == NodeState::Superseded;
  });
}

} // namespace pipec::exec
