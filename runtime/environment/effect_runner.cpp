// Dispatch, locks, what steps get from the world, and the end of stages.
#include "runtime/environment/effect_runner.h"

#include "compiler/base/error.h"
#include "runtime/environment/delivery.h"
#include "runtime/host/user.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::environment {

std::unique_ptr<exec::EffectRunner> makeEffectRunner(Ledger& ledger, EffectRunnerOptions options) {
  return std::make_unique<Delivery>(ledger, std::move(options));
}

Delivery::Delivery(Ledger& ledger, EffectRunnerOptions options)
    : ledger_(ledger), options_(std::move(options)),
      commits_(options_.workspace, options_.runner, options_.scratch) {
  if (options_.actor.empty())
    options_.actor = host::currentUser();
  // Now, before the build reads any file: what comes later is not what it deploys.
  workTree_ = commits_.originOfWorkTree(ledger_.now());
}

llvm::Expected<exec::NodeResult> Delivery::run(plan::NodeId node, const Context& context) {
  const plan::ActionSpec& spec = context.plan.nodes[node].action();
  if (context.options.noDeploy) {
    exec::NodeResult result;
    result.state = exec::NodeState::Skipped;
    result.reason = context.options.checkDeterminism ? "`--check-determinism` has no effects"
                    : context.options.untrusted      ? "an untrusted run has no effects"
                                                     : "`--no-deploy` was given";
    return result;
  }
  switch (spec.kind) {
  case plan::ActionKind::Deploy:
    return deploy(node, context);
  case plan::ActionKind::LiveTest:
    return liveTest(node, context);
  case plan::ActionKind::Approve:
    return approve(node, context);
  case plan::ActionKind::Source:
  case plan::ActionKind::Build:
  case plan::ActionKind::Test:
    break;
  }
  llvm_unreachable("not an effect");
}

Operator Delivery::operatorFor(const Context& context) const {
  return Operator({ledger_, context.steps, context.secrets, context.grants, options_.workspace,
                   options_.actor, context.options.execution, context.options.networkEnvironment});
}

Target Delivery::targetOf(const plan::Plan& plan, plan::NodeId deploy) {
  const plan::Environment& environment =
      plan.environments[plan.nodes[deploy].action().environmentId];
  return {environment.identity(), environment.name, environment.paths, environment.secretsFrom};
}

// ---- locks --------------------------------------------------------------------

int Delivery::lockDescriptor(const std::string& environment) {
  std::lock_guard guard(mutex_);
  auto slot = slots_.find(environment);
  return slot != slots_.end() && slot->second.lock ? slot->second.lock->descriptor() : -1;
}

// ---- results ------------------------------------------------------------------

llvm::Error Delivery::keepFields(const base::Digest& key, const std::vector<base::Field>& fields) {
  return options_.keys ? options_.keys->storeFields(key, fields) : llvm::Error::success();
}

exec::NodeResult failedWith(exec::StepFailure failure) {
  exec::NodeResult result;
  result.state = failure.cancelled ? exec::NodeState::Skipped : exec::NodeState::Failed;
  result.reason = failure.message;
  result.failure = std::move(failure);
  return result;
}

// ---- stages -------------------------------------------------------------------

llvm::Error Delivery::stageFinished(plan::StageId stage) {
  std::lock_guard guard(mutex_);
  llvm::Error errors = llvm::Error::success();
  auto apply = [&](const Deployment& deployment, EventKind kind) {
    Event event;
    event.kind = kind;
    event.generation = deployment.generation;
    auto applied = ledger_.apply(deployment.target.identity, event);
    if (!applied)
      errors = llvm::joinErrors(std::move(errors), applied.takeError());
  };
  for (auto& [node, deployment] : deployments_) {
    if (deployment.failed || deployment.settled || deployment.stage > stage ||
        !deployment.pending.empty())
      continue;
    if (deployment.isTested || (deployment.isTestedLater && deployment.pendingLater.empty()))
      apply(deployment, EventKind::Pass);
    if (!deployment.pendingLater.empty())
      continue;
    apply(deployment, EventKind::Settle);
    deployment.settled = true;
  }
  for (auto& [environment, slot] : slots_) {
    slot.stages.erase(stage);
    if (slot.stages.empty())
      slot.lock.reset();
  }
  return errors;
}

} // namespace pipec::environment
