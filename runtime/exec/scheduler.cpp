// The state machine of a build's nodes, stage barriers and the critical path.
#include "runtime/exec/scheduler.h"

#include <algorithm>
#include <cassert>

namespace pipec::exec {

Scheduler::Scheduler(const plan::Plan& what, bool keepGoingAfterFailure,
                     std::vector<int64_t> expectedMs, Resources available)
    : plan(what), keepGoing(keepGoingAfterFailure), resources(std::move(available)),
      priorities(std::move(expectedMs)) {
  size_t count = plan.nodes.size();
  blockers.resize(plan.stages.size());
  waitingEffects.resize(plan.stages.size());
  openEffects.resize(plan.stages.size());
  for (uint32_t i = 0; i < count; ++i)
    add(plan.nodes.idAt(i));
  for (uint32_t i = 0; i < count; ++i)
    for (plan::NodeId needed : plan::dependencies(plan.nodes[plan.nodes.idAt(i)]))
      need(plan.nodes.idAt(i), needed);
  addWaysToGo(0);
  for (uint32_t i = 0; i < count; ++i)
    if (missing[plan.nodes.idAt(i)] == 0)
      makeReady(plan.nodes.idAt(i));
}

void Scheduler::add(plan::NodeId node) {
  states.push(NodeState::Waiting);
  passed.push(false);
  missing.push(0);
  dependents.push({});
  requests.push({});
  const plan::Node& what = plan.nodes[node];
  if (what.before)
    ++blockers[what.before.index];
  if (what.isEffect() && what.stage)
    ++openEffects[what.stage.index];
}

void Scheduler::need(plan::NodeId user, plan::NodeId needed) {
  dependents[needed].push_back(user);
  missing[user] += !passed[needed];
}

/// Users come after what they use, so one backward pass finds the longest way to any end.
void Scheduler::addWaysToGo(uint32_t first) {
  for (auto i = static_cast<uint32_t>(states.size()); i-- > first;) {
    int64_t longest = 0;
    for (plan::NodeId user : dependents[plan.nodes.idAt(i)])
      longest = std::max(longest, priorities[user.index]);
    priorities[i] += longest;
  }
}

/// A node that is new, or has new dependencies.
void Scheduler::startOrSkip(plan::NodeId node, plan::NodeId expansion,
                            std::vector<Skipped>& skipped) {
  if (states[node] != NodeState::Waiting)
    return;
  plan::NodeId because;
  if (firstFailure && (!keepGoing || plan.nodes[node].isEffect()))
    because = firstFailure;
  if (stopped)
    because = expansion;
  for (plan::NodeId needed : plan::dependencies(plan.nodes[node]))
    if (isFinal(states[needed]) && !passed[needed])
      because = needed;
  if (because) {
    transition(node, NodeState::Skipped);
    skipped.push_back({node, because});
    skipDependents(node, because, skipped);
  } else if (missing[node] == 0) {
    makeReady(node);
  }
}

std::vector<Scheduler::Skipped> Scheduler::grow(plan::NodeId expansion, const plan::Growth& growth,
                                                const std::vector<int64_t>& expectedMs) {
  uint32_t first = growth.firstNew.index;
  assert(first == states.size() && states[expansion] == NodeState::Running);
  priorities.insert(priorities.end(), expectedMs.begin(), expectedMs.end());
  auto end = static_cast<uint32_t>(priorities.size());
  for (uint32_t i = first; i < end; ++i)
    add(plan.nodes.idAt(i));
  for (uint32_t i = first; i < end; ++i)
    for (plan::NodeId needed : plan::dependencies(plan.nodes[plan.nodes.idAt(i)]))
      need(plan.nodes.idAt(i), needed);
  for (const plan::Growth::Completed& completed : growth.completed)
    for (plan::NodeId needed : completed.added)
      need(completed.node, needed);
  addWaysToGo(first);

  std::vector<Skipped> skipped;
  for (uint32_t i = first; i < end; ++i)
    startOrSkip(plan.nodes.idAt(i), expansion, skipped);
  // The expansion itself has not ended, so none of these can start now.
  for (const plan::Growth::Completed& completed : growth.completed)
    startOrSkip(completed.node, expansion, skipped);
  return skipped;
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
  if (to == NodeState::Running)
    resources.take(requests[node]);
  if (from == NodeState::Running)
    resources.giveBack(requests[node]);
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
  requests[node] = resources.requestOf(plan.nodes[node]);
  ready[requests[node]].push({priorities[node.index], node});
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

/// Nodes that have been skipped while they waited for their turn.
void Scheduler::dropSkipped() {
  for (auto queue = ready.begin(); queue != ready.end();) {
    while (!queue->second.empty() && states[queue->second.top().node] != NodeState::Ready)
      queue->second.pop();
    queue = queue->second.empty() ? ready.erase(queue) : std::next(queue);
  }
}

std::optional<plan::NodeId> Scheduler::next() {
  dropSkipped();
  auto firstOf = [&](auto mayStart) {
    auto first = ready.end();
    for (auto queue = ready.begin(); queue != ready.end(); ++queue)
      if (mayStart(queue->first) &&
          (first == ready.end() || first->second.top() < queue->second.top()))
        first = queue;
    return first;
  };
  auto chosen = firstOf([](const Request&) { return true; });
  if (chosen != ready.end() && !resources.fits(chosen->first)) {
    const Request& waiting = chosen->first;
    chosen =
        firstOf([&](const Request& request) { return resources.fitsBeside(request, waiting); });
  }
  if (chosen == ready.end())
    return std::nullopt;
  plan::NodeId node = chosen->second.top().node;
  chosen->second.pop();
  transition(node, NodeState::Running);
  return node;
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
  passed[node] = isSuccess(state) || tolerated;
  if (passed[node]) {
    for (plan::NodeId user : dependents[node])
      if (--missing[user] == 0 && states[user] == NodeState::Waiting)
        makeReady(user);
    if (plan.nodes[node].before)
      releaseBarrier(plan.nodes[node].before.index);
    return skipped;
  }
  skipDependents(node, node, skipped);
  bool isFailure = state == NodeState::Failed;
  if (isFailure && !firstFailure)
    firstFailure = node;
  for (uint32_t i = 0; i < states.size(); ++i) {
    plan::NodeId other = states.idAt(i);
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
  stopped = true;
  std::vector<plan::NodeId> skipped;
  for (uint32_t i = 0; i < states.size(); ++i) {
    plan::NodeId node = states.idAt(i);
    if (states[node] == NodeState::Waiting || states[node] == NodeState::Ready) {
      transition(node, NodeState::Skipped);
      skipped.push_back(node);
    }
  }
  ready.clear();
  return skipped;
}

std::vector<plan::StageId> Scheduler::takeFinishedStages() {
  return std::exchange(finishedStages, {});
}

} // namespace pipec::exec
