// The state machine of a build's nodes, stage barriers and the critical path.
#include "runtime/exec/scheduler.h"

#include <algorithm>
#include <cassert>

namespace pipec::exec {

Scheduler::Scheduler(const plan::Plan& what, bool keepGoingAfterFailure,
                     std::vector<int64_t> expectedMs)
    : plan(what), keepGoing(keepGoingAfterFailure), priorities(std::move(expectedMs)) {
  size_t count = plan.nodes.size();
  states.resize(count);
  missing.resize(count);
  dependents.resize(count);
  blockers.resize(plan.stages.size());
  waitingEffects.resize(plan.stages.size());
  openEffects.resize(plan.stages.size());

  for (uint32_t i = 0; i < count; ++i) {
    plan::NodeId id = plan.nodes.idAt(i);
    const plan::Node& node = plan.nodes[id];
    std::vector<plan::NodeId> needs = plan::dependencies(node);
    missing[id] = static_cast<uint32_t>(needs.size());
    for (plan::NodeId need : needs)
      dependents[need].push_back(id);
    if (node.before)
      ++blockers[node.before.index];
    if (node.isEffect() && node.stage)
      ++openEffects[node.stage.index];
  }
  // Users come after what they use, so one backward pass finds the longest way to any end.
  for (uint32_t i = static_cast<uint32_t>(count); i-- > 0;) {
    int64_t longest = 0;
    for (plan::NodeId user : dependents[plan.nodes.idAt(i)])
      longest = std::max(longest, priorities[user.index]);
    priorities[i] += longest;
  }
  for (uint32_t i = 0; i < count; ++i)
    if (missing[plan.nodes.idAt(i)] == 0)
      makeReady(plan.nodes.idAt(i));
}

/// The one place where a state changes.
void Scheduler::transition(plan::NodeId node, NodeState to) {
  NodeState from = states[node];
  assert((from == NodeState::Waiting && (to == NodeState::Ready || to == NodeState::Skipped)) ||
         (from == NodeState::Ready && (to == NodeState::Running || to == NodeState::Skipped)) ||
         (from == NodeState::Running && isFinal(to)));
  running += to == NodeState::Running;
  running -= from == NodeState::Running;
  readyCount += to == NodeState::Ready;
  readyCount -= from == NodeState::Ready;
  states[node] = to;
  const plan::Node& what = plan.nodes[node];
  if (isFinal(to) && what.isEffect() && what.stage && --openEffects[what.stage.index] == 0)
    finishedStages.push_back(what.stage);
}

bool Scheduler::barrierOpen(plan::NodeId node) const {
  const plan::Node& what = plan.nodes[node];
  if (!what.isEffect() || !what.stage)
    return true;
  for (uint32_t stage = 0; stage <= what.stage.index; ++stage)
    if (blockers[stage] != 0)
      return false;
  return true;
}

void Scheduler::makeReady(plan::NodeId node) {
  if (!barrierOpen(node)) {
    waitingEffects[plan.nodes[node].stage.index].push_back(node);
    return;
  }
  transition(node, NodeState::Ready);
  ready.push({priorities[node.index], node});
}

void Scheduler::releaseBarrier(uint32_t stage) {
  assert(blockers[stage] > 0);
  if (--blockers[stage] != 0)
    return;
  // A stage waits for everything before it, so later ones may have waited for this one alone.
  for (uint32_t later = stage; later < waitingEffects.size(); ++later) {
    std::vector<plan::NodeId> effects = std::move(waitingEffects[later]);
    waitingEffects[later].clear();
    for (plan::NodeId effect : effects)
      if (states[effect] == NodeState::Waiting)
        makeReady(effect);
  }
}

std::optional<plan::NodeId> Scheduler::next() {
  while (!ready.empty()) {
    plan::NodeId node = ready.top().node;
    ready.pop();
    if (states[node] != NodeState::Ready)
      continue; // skipped while it waited for its turn
    transition(node, NodeState::Running);
    return node;
  }
  return std::nullopt;
}

void Scheduler::skipDependents(plan::NodeId node, plan::NodeId because,
                               std::vector<Skipped>& skipped) {
  std::vector<plan::NodeId> todo = {node};
  while (!todo.empty()) {
    plan::NodeId current = todo.back();
    todo.pop_back();
    for (plan::NodeId user : dependents[current]) {
      if (states[user] != NodeState::Waiting && states[user] != NodeState::Ready)
        continue;
      transition(user, NodeState::Skipped);
      skipped.push_back({user, because});
      todo.push_back(user);
    }
  }
}

std::vector<Scheduler::Skipped> Scheduler::finish(plan::NodeId node, NodeState state,
                                                  bool tolerated) {
  assert(isFinal(state));
  transition(node, state);
  std::vector<Skipped> skipped;
  bool passes = isSuccess(state) || tolerated;
  if (passes) {
    for (plan::NodeId user : dependents[node])
      if (--missing[user] == 0 && states[user] == NodeState::Waiting)
        makeReady(user);
    if (plan.nodes[node].before)
      releaseBarrier(plan.nodes[node].before.index);
    return skipped;
  }
  skipDependents(node, node, skipped);
  bool isFailure = state == NodeState::Failed;
  failed |= isFailure;
  for (uint32_t i = 0; i < plan.nodes.size(); ++i) {
    plan::NodeId other = plan.nodes.idAt(i);
    if (states[other] != NodeState::Waiting && states[other] != NodeState::Ready)
      continue;
    const plan::Node& what = plan.nodes[other];
    bool blocked = what.isEffect() && what.stage && plan.nodes[node].before &&
                   plan.nodes[node].before <= what.stage;
    if (blocked || (isFailure && (what.isEffect() || !keepGoing))) {
      transition(other, NodeState::Skipped);
      skipped.push_back({other, node});
      skipDependents(other, node, skipped);
    }
  }
  return skipped;
}

std::vector<plan::NodeId> Scheduler::stop() {
  std::vector<plan::NodeId> stopped;
  for (uint32_t i = 0; i < plan.nodes.size(); ++i) {
    plan::NodeId node = plan.nodes.idAt(i);
    if (states[node] == NodeState::Waiting || states[node] == NodeState::Ready) {
      transition(node, NodeState::Skipped);
      stopped.push_back(node);
    }
  }
  ready = {};
  return stopped;
}

std::vector<plan::StageId> Scheduler::takeFinishedStages() {
  return std::exchange(finishedStages, {});
}

} // namespace pipec::exec
