// Order: nothing older takes the place of something newer, neither there nor in the wait for it.
#include "runtime/environment/delivery.h"
#include "runtime/environment/waiting.h"

#include "llvm/ADT/STLExtras.h"

#include <unistd.h>

namespace pipec::environment {

using exec::NodeResult;
using exec::NodeState;

/// All that `node` depends on, itself included.
static std::set<plan::NodeId> closureOf(const plan::Plan& plan, plan::NodeId node) {
  std::set<plan::NodeId> seen = {node};
  std::vector<plan::NodeId> open = {node};
  while (!open.empty()) {
    plan::NodeId next = open.back();
    open.pop_back();
    for (plan::NodeId dependency : plan::dependencies(plan.nodes[next]))
      if (seen.insert(dependency).second)
        open.push_back(dependency);
  }
  return seen;
}

Origin Delivery::originOf(plan::NodeId node, const Context& context) const {
  Origin origin = workTree_;
  std::optional<int64_t> resolved;
  for (plan::NodeId id : closureOf(context.plan, node)) {
    const plan::Node& source = context.plan.nodes[id];
    if (source.isTree() || source.action().kind != plan::ActionKind::Source)
      continue;
    const NodeResult& result = context.result(id);
    if (result.identity.empty())
      continue;
    origin.sources.push_back({source.label, result.identity});
    std::optional<int64_t> when = options_.retriedFrom;
    if (result.resolved)
      when = result.resolved;
    if (when)
      resolved = std::min(resolved.value_or(INT64_MAX), *when);
  }
  llvm::sort(origin.sources, [](const Origin::Source& a, const Origin::Source& b) {
    return std::tie(a.label, a.identity) < std::tie(b.label, b.identity);
  });
  origin.resolved = resolved.value_or(origin.resolved);
  return origin;
}

std::optional<std::string> Delivery::whyOlderThan(const Origin& origin, const Origin& other) const {
  return whyOlder(origin, other, ledger_.now(),
                  [&](llvm::StringRef commit, llvm::StringRef another) {
                    return commits_.ancestry(commit, another);
                  });
}

std::optional<std::string> Delivery::whyTooLate(const Deploy& deploy, const State& state) const {
  if (!state.origin || !deploy.attempt.origin || state.desired == deploy.proposal.release)
    return std::nullopt;
  Origin mine = *deploy.attempt.origin;
  // The very sources that are there, tried again: what differs is the pipeline, which is of now.
  if (options_.retriedFrom && mine.sources == state.origin->sources)
    mine.resolved = workTree_.resolved;
  std::optional<std::string> why = whyOlderThan(mine, *state.origin);
  if (!why)
    return std::nullopt;
  return "`" + deploy.target.name + "` has something newer (" + *why + "); `pipec rollback " +
         deploy.target.name + "` puts an older release back";
}

llvm::Expected<NodeResult> Delivery::supersede(const Deploy& deploy, std::string reason) {
  if (!deploy.context.options.dryRun)
    if (llvm::Error error = ledger_.logSuperseded(deploy.attempt))
      return error;
  NodeResult result;
  result.state = NodeState::Superseded;
  result.key = deploy.proposal.release;
  result.reason = std::move(reason);
  return result;
}

// ---- the wait for the lock -----------------------------------------------------

/// Who waits with this one: looked at before each try to take the lock.
class Delivery::Turn {
public:
  Turn(const Delivery& delivery, Waiter who, bool maySupersede)
      : delivery_(delivery), me_(std::move(who)), maySupersede_(maySupersede) {}

  llvm::Error enter(llvm::StringRef environment) {
    auto entered = WaitingPlace::enter(delivery_.ledger_.folder(), environment, me_);
    if (!entered)
      return entered.takeError();
    place_ = std::move(*entered);
    return llvm::Error::success();
  }
  /// Whether nobody is to go first.
  bool isNext() {
    bool first = true;
    for (const Waiter& other : place_->others()) {
      first &= !other.isBefore(me_);
      if (maySupersede_ && newer_.empty() && isOlderThan(other))
        newer_ = other.execution;
    }
    return first && newer_.empty();
  }
  /// The execution that waits for the same environment, and whose sources are newer; empty: none.
  const std::string& newer() const { return newer_; }

private:
  bool isOlderThan(const Waiter& other) {
    auto [known, isNew] = older_.try_emplace(other.execution, false);
    if (isNew)
      known->second = delivery_.whyOlderThan(me_.origin, other.origin).has_value();
    return known->second;
  }

  const Delivery& delivery_;
  Waiter me_;
  bool maySupersede_;
  std::unique_ptr<WaitingPlace> place_;
  std::map<std::string, bool> older_; ///< by execution; git is asked once about each
  std::string newer_;
};

llvm::Expected<Delivery::Taken> Delivery::lock(const Target& target, plan::NodeId node,
                                               const Context& context, const Origin* origin) {
  LockSlot* slot = nullptr;
  {
    std::lock_guard guard(mutex_);
    slot = &slots_[target.identity];
    slot->stages.insert(context.plan.nodes[node].stage);
  }
  std::lock_guard taking(slot->taking);
  if (lockDescriptor(target.identity) >= 0)
    return Taken();
  std::string holder = "execution " + context.options.execution + " of " + options_.actor +
                       ", process " + std::to_string(::getpid());
  auto tell = [&](llvm::StringRef other) {
    context.observer.nodeStarted(node, "lock");
    context.observer.warning(("waiting for `" + target.name + "`, which is in use by " +
                              (other.empty() ? llvm::StringRef("another pipec") : other))
                                 .str());
  };
  Turn turn(*this, {context.options.execution, origin ? *origin : workTree_},
            origin && !context.options.queue);
  if (llvm::Error error = turn.enter(target.identity))
    return error;
  auto isNext = [&] { return turn.isNext(); };
  auto isOver = [&] { return options_.interrupted() || !turn.newer().empty(); };
  auto taken = EnvironmentLock::acquire(ledger_.folder(), target.identity, holder,
                                        {options_.lockTimeout, tell, isOver, isNext});
  if (!taken)
    return taken.takeError();
  if (*taken) {
    std::lock_guard guard(mutex_);
    slot->lock = std::move(*taken);
    return Taken();
  }
  bool stopped = options_.interrupted();
  if (!stopped && !turn.newer().empty())
    return Taken{std::nullopt, "while it waited for `" + target.name + "`, execution " +
                                   turn.newer() + " came with something newer"};
  std::string message = stopped ? "interrupted while it waited for `" + target.name + "`"
                                : "`" + target.name + "` was in use by another pipec for " +
                                      std::to_string(options_.lockTimeout.count() / 1000) + " s";
  return Taken{exec::StepFailure{"R1009", message, context.plan.nodes[node].location, stopped}, ""};
}

} // namespace pipec::environment
