// Scheduler: which node may start next. Pure bookkeeping; build.cpp runs what it hands out.
#pragma once

#include "compiler/plan/expander.h"
#include "compiler/plan/plan.h"
#include "runtime/exec/build.h"
#include "runtime/exec/resources.h"

#include <map>
#include <optional>
#include <queue>
#include <vector>

namespace pipec::exec {

/// Not thread-safe: build() guards it. The only writer of node states.
///
/// A node starts when its dependencies have succeeded; an effect moreover when every node that its
/// stage must wait for (plan::Node::before) has. After a failure nothing new starts but, with
/// keepGoing, nodes that are no effects. Of the nodes that may start, the one with the longest way
/// to go comes first. If the machine has not enough left for it, others may start that do not delay
/// it (Resources::fitsBeside); so nothing waits for ever, however little the others take.
class Scheduler {
public:
  /// `expectedMs`: how long a node may take; what the critical path is made of.
  Scheduler(const plan::Plan& plan, bool keepGoing, std::vector<int64_t> expectedMs,
            Resources resources = Resources(Machine(), 1));

  /// The next node to run, now Running. nullopt: none may start at the moment, or ever.
  std::optional<plan::NodeId> next();
  /// The node came to an end. Skips what can never start now; those are returned, with the node
  /// that is the reason. `state` is a final one.
  struct Skipped {
    plan::NodeId node;
    plan::NodeId because;
  };
  std::vector<Skipped> finish(plan::NodeId node, NodeState state, bool tolerated = false);
  /// An expansion, which is running, has changed the plan. `expectedMs` is of the new nodes, in
  /// order. Skips what can never start; those are returned as by finish(), with the expansion for a
  /// reason after a stop().
  std::vector<Skipped> grow(plan::NodeId expansion, const plan::Growth& growth,
                            const std::vector<int64_t>& expectedMs);
  /// No new work from now on; everything that has not started is skipped and returned.
  std::vector<plan::NodeId> stop();

  /// Nothing runs and nothing can start.
  bool done() const { return running == 0 && readyCount == 0; }
  bool idle() const { return readyCount == 0; }
  NodeState state(plan::NodeId node) const { return states[node]; }
  /// The stage's effects have all ended, and the stage has not been reported as such before.
  std::vector<plan::StageId> takeFinishedStages();

private:
  void add(plan::NodeId node);
  void need(plan::NodeId user, plan::NodeId needed);
  /// Of the nodes from `first` on, whose own times are in `priorities`.
  void addWaysToGo(uint32_t first);
  void startOrSkip(plan::NodeId node, plan::NodeId expansion, std::vector<Skipped>& skipped);
  void transition(plan::NodeId node, NodeState to);
  void makeReady(plan::NodeId node);
  void skipDependents(plan::NodeId node, plan::NodeId because, std::vector<Skipped>& skipped);
  void releaseBarrier(uint32_t stage);
  bool barrierOpen(plan::NodeId node) const;

  struct Candidate {
    int64_t priority;
    plan::NodeId node;
    /// Longer paths first; of equals, the one that is first in the plan.
    bool operator<(const Candidate& other) const {
      return priority != other.priority ? priority < other.priority : node > other.node;
    }
  };

  /// Those that may start, and take the same: the one that comes first is on top.
  using Queue = std::priority_queue<Candidate>;
  using Queues = std::map<Request, Queue>;
  void dropSkipped();

  const plan::Plan& plan;
  bool keepGoing;
  Resources resources;
  plan::NodeId firstFailure; ///< invalid: none
  bool stopped = false;
  size_t running = 0;
  size_t readyCount = 0; ///< `ready` also holds nodes that have been skipped since
  base::IdVector<plan::NodeId, NodeState> states;
  base::IdVector<plan::NodeId, char> passed;      ///< ended so that its users may start
  base::IdVector<plan::NodeId, uint32_t> missing; ///< dependencies that have not passed yet
  base::IdVector<plan::NodeId, std::vector<plan::NodeId>> dependents;
  std::vector<int64_t> priorities;
  /// Of the nodes that were ready: what they take, or took.
  base::IdVector<plan::NodeId, Request> requests;
  Queues ready; ///< none is empty
  /// For each stage: nodes that block its effects and have not succeeded; effects that wait for
  /// that.
  std::vector<uint32_t> blockers;
  std::vector<std::vector<plan::NodeId>> waitingEffects;
  std::vector<uint32_t> openEffects; ///< effects of the stage that have not ended
  std::vector<plan::StageId> finishedStages;
};

} // namespace pipec::exec
