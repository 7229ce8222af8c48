// Live tests: they judge one generation of their environments, under the same locks as its deploy.
#include "compiler/base/error.h"
#include "runtime/environment/delivery.h"
#include "runtime/exec/attempts.h"

namespace pipec::environment {

using exec::NodeResult;
using exec::NodeState;

static std::string deploymentKey(const Target& target, uint64_t generation) {
  return target.identity + "@" + std::to_string(generation);
}

static std::string namesOf(llvm::ArrayRef<Target> targets) {
  std::string names;
  for (const Target& target : targets)
    names += (names.empty() ? "`" : ", `") + target.name + "`";
  return names;
}

Delivery::LiveTest Delivery::describe(plan::NodeId node, const Context& context) const {
  LiveTest test{node, context, context.action.spec.deployments, {}, context.key, {}};
  test.keyContext.deployments.clear();
  for (plan::NodeId deploy : test.deploys) {
    test.targets.push_back(targetOf(context.plan, deploy));
    test.keyContext.deployments.push_back(
        deploymentKey(test.targets.back(), context.result(deploy).generation));
  }
  test.key = plan::computeActionKey(context.action.spec, test.keyContext);
  return test;
}

/// In one order for everyone, so that two builds cannot wait for each other. A result says why the
/// test cannot run.
llvm::Expected<std::optional<NodeResult>> Delivery::takeLocks(const LiveTest& test) {
  std::map<std::string, Target> inOrder;
  for (const Target& target : test.targets)
    inOrder.emplace(target.identity, target);
  for (const auto& [identity, target] : inOrder) {
    auto taken = lock(target, test.node, test.context, nullptr);
    if (!taken)
      return taken.takeError();
    if (taken->failure)
      return failedWith(std::move(*taken->failure));
  }
  auto moved = movedOn(test);
  if (!moved)
    return moved.takeError();
  if (!*moved)
    return std::nullopt;
  NodeResult result;
  result.state = NodeState::Superseded;
  result.key = test.key;
  result.reason = std::move(**moved);
  return result;
}

/// Why there is no result to serve, in one clause.
std::string Delivery::reasonToLook(const LiveTest& test) {
  const Context& context = test.context;
  if (context.options.verify || context.options.force)
    return context.options.verify ? "`--verify` was given" : "`--force` was given";
  for (auto [index, deploy] : llvm::enumerate(test.deploys))
    if (context.result(deploy).state == NodeState::Succeeded)
      return "`" + test.targets[index].name + "` is deployed to in this run";
  return "has not passed in this generation of " + namesOf(test.targets);
}

llvm::Expected<NodeResult> Delivery::liveTest(plan::NodeId node, const Context& context) {
  LiveTest test = describe(node, context);
  if (!context.options.dryRun) {
    auto refused = takeLocks(test);
    if (!refused)
      return refused.takeError();
    if (*refused)
      return std::move(**refused);
  }
  auto known = served(test);
  if (!known)
    return known.takeError();
  if (*known)
    return std::move(**known);
  return look(test);
}

/// Why the result would be about something else than the deployments that the test was given.
llvm::Expected<std::optional<std::string>> Delivery::movedOn(const LiveTest& test) {
  for (auto [index, deploy] : llvm::enumerate(test.deploys)) {
    auto state = ledger_.state(test.targets[index].identity);
    if (!state)
      return state.takeError();
    uint64_t generation = test.context.result(deploy).generation;
    if (state->generation != generation)
      return "`" + test.targets[index].name + "` has moved on from generation " +
             std::to_string(generation) + " to " + std::to_string(state->generation);
  }
  return std::nullopt;
}

/// The recorded pass; in a dry run also what would happen.
llvm::Expected<std::optional<NodeResult>> Delivery::served(const LiveTest& test) {
  const exec::BuildOptions& build = test.context.options;
  NodeResult result;
  result.key = test.key;
  bool again = build.verify || build.force;
  std::optional<LiveResult> pass;
  if (!again) {
    auto found = ledger_.livePass(test.key);
    if (!found)
      return found.takeError();
    pass = std::move(*found);
  }
  if (pass) {
    for (const base::Digest& log : {pass->stdoutDigest, pass->stderrDigest}) {
      auto there = test.context.steps.contentStore().contains({cas::EntryKind::File, log});
      if (!there)
        return there.takeError();
      if (!*there)
        pass.reset();
      if (!pass)
        break;
    }
  }
  if (!pass) {
    if (!build.dryRun)
      return std::nullopt;
    result.state = NodeState::Succeeded;
    result.reason = reasonToLook(test);
    return result;
  }
  result.state = NodeState::Cached;
  result.reason = "passed in this generation of " + namesOf(test.targets);
  result.execution = pass->execution;
  result.started = pass->started;
  result.durationMs = pass->durationMs;
  result.cpuMs = pass->cpuMs;
  result.peakMemory = pass->peakMemory;
  result.stdoutDigest = pass->stdoutDigest;
  result.stderrDigest = pass->stderrDigest;
  if (pass->report)
    result.report = cas::Content{cas::EntryKind::Directory, *pass->report};
  notePass(test);
  return result;
}

llvm::Expected<NodeResult> Delivery::look(const LiveTest& test) {
  const Context& context = test.context;
  const plan::Node& node = context.plan.nodes[test.node];
  exec::StepOptions step;
  Operator hands = operatorFor(context);
  auto problem = hands.prepare(step, context.action.spec, node.location, test.targets,
                               lockDescriptor(test.targets.front().identity));
  if (!problem)
    return problem.takeError();
  if (*problem)
    return failedWith(std::move(**problem));
  base::FingerprintRecorder recorder;
  plan::walkActionKey(context.action.spec, test.keyContext, recorder);
  if (llvm::Error error = keepFields(test.key, recorder.fields()))
    return error;
  for (plan::NodeId deploy : test.deploys)
    step.deploymentUrls.push_back(context.result(deploy).url);
  hands.setFence(step, context.result(test.deploys.front()).generation);
  context.observer.nodeStarted(test.node, "run");
  NodeResult result;
  for (int64_t number = 0;; ++number) {
    auto outcome = context.steps.run(context.action, context.action.spec.run, step);
    if (!outcome)
      return outcome.takeError();
    NodeResult before = std::move(result);
    result = {};
    takeOutcome(result, *outcome);
    if (number > 0)
      if (llvm::Error error =
              exec::joinAttempts(result, std::move(before), context.steps.contentStore()))
        return error;
    result.key = test.key;
    result.execution = context.options.execution;
    if (!outcome->failure)
      return passed(test, std::move(result), /*flaky=*/number > 0);
    if (outcome->failure->cancelled) {
      result.state = NodeState::Skipped;
      result.reason = "interrupted";
      return result;
    }
    if (number == context.action.spec.retries)
      return failed(test, std::move(result));
  }
}

llvm::Expected<NodeResult> Delivery::passed(const LiveTest& test, NodeResult result, bool flaky) {
  // Another test may have had the environment rolled back while this one looked at it.
  auto moved = movedOn(test);
  if (!moved)
    return moved.takeError();
  if (*moved) {
    result.state = NodeState::Superseded;
    result.reason = std::move(**moved);
    return result;
  }
  result.state = flaky ? NodeState::Flaky : NodeState::Succeeded;
  result.reason = reasonToLook(test);
  if (flaky)
    result.reason += "; passed only after a retry";
  if (!flaky) {
    LiveResult pass;
    pass.execution = result.execution;
    pass.started = result.started;
    pass.durationMs = result.durationMs;
    pass.cpuMs = result.cpuMs;
    pass.peakMemory = result.peakMemory;
    pass.stdoutDigest = *result.stdoutDigest;
    pass.stderrDigest = *result.stderrDigest;
    if (result.report)
      pass.report = result.report->digest;
    uint64_t generation = test.context.result(test.deploys.front()).generation;
    if (llvm::Error error =
            ledger_.keepLivePass(test.key, test.targets.front().identity, generation, pass))
      return error;
  }
  notePass(test);
  return result;
}

void Delivery::notePass(const LiveTest& test) {
  std::lock_guard guard(mutex_);
  for (plan::NodeId deploy : test.deploys)
    if (auto found = deployments_.find(deploy); found != deployments_.end()) {
      found->second.pending.erase(test.node);
      found->second.pendingLater.erase(test.node);
    }
}

/// Back to the stable release, if there is another one.
llvm::Expected<Operator::Undone> Delivery::rollBack(const Target& target,
                                                    const base::Digest& failed,
                                                    const std::string& reason,
                                                    const Context& context) {
  auto state = ledger_.state(target.identity);
  if (!state)
    return state.takeError();
  std::string name = "`" + target.name + "`";
  Operator::Undone nothing;
  nothing.text = name + (!state->stable ? " has no stable release to go back to"
                                        : " runs its stable release already");
  if (!state->stable || *state->stable == failed)
    return nothing;
  auto stable = ledger_.existingRelease(target.identity, *state->stable);
  if (!stable)
    return stable.takeError();
  auto undone = ledger_.existingRelease(target.identity, failed);
  if (!undone)
    return undone.takeError();
  return operatorFor(context).rollBack({target.identity, std::move(*undone), std::move(*stable),
                                        context.options.execution, reason,
                                        lockDescriptor(target.identity)});
}

llvm::Expected<NodeResult> Delivery::failed(const LiveTest& test, NodeResult result) {
  const Context& context = test.context;
  const plan::ActionSpec& spec = context.action.spec;
  result.state = NodeState::Failed;
  result.reason = result.failure->message;
  result.tolerated = spec.onFail == plan::OnFail::Warn;
  if (result.tolerated)
    return result;
  for (auto [index, deploy] : llvm::enumerate(test.deploys)) {
    const Target& target = test.targets[index];
    uint64_t generation = context.result(deploy).generation;
    Event event;
    event.kind = EventKind::Fail;
    event.generation = generation;
    auto applied = ledger_.apply(target.identity, event);
    if (!applied)
      return applied.takeError();
    {
      std::lock_guard guard(mutex_);
      if (auto found = deployments_.find(deploy); found != deployments_.end())
        found->second.failed = true;
    }
    // Too late: another test of the same generation has had it rolled back already.
    if (!*applied || spec.onFail != plan::OnFail::Rollback)
      continue;
    context.observer.nodeStarted(test.node, "rollback");
    std::string reason = "`" + context.plan.nodes[test.node].label + "` failed";
    auto undone = rollBack(target, *context.result(deploy).key, reason, context);
    if (!undone)
      return undone.takeError();
    result.reason += "; " + undone->text;
    if (undone->outcome)
      if (llvm::Error error =
              exec::appendLogs(result, undone->outcome->stdoutDigest, undone->outcome->stderrDigest,
                               "rollback of " + target.name, context.steps.contentStore()))
        return error;
  }
  result.failure->message = result.reason;
  return result;
}

} // namespace pipec::environment
