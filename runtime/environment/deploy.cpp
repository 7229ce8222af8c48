// A deploy: from the guards to what is recorded.
#include "compiler/base/error.h"
#include "runtime/environment/delivery.h"
#include "runtime/exec/attempts.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::environment {

using exec::NodeResult;
using exec::NodeState;

/// Whether `test` is a live test whose failure counts against `deploy`.
static bool judges(const plan::Node& test, plan::NodeId deploy) {
  if (test.isTree() || test.action().kind != plan::ActionKind::LiveTest)
    return false;
  const plan::ActionSpec& spec = test.action();
  return spec.onFail != plan::OnFail::Warn && llvm::is_contained(spec.deployments, deploy);
}

static bool isJudgedInItsStage(const plan::Plan& plan, plan::NodeId deploy) {
  return llvm::any_of(plan.nodes, [&](const plan::Node& node) {
    return judges(node, deploy) && node.stage == plan.nodes[deploy].stage;
  });
}

static std::string approvalsOf(const exec::EffectContext& context, const plan::Node& node) {
  std::string keys;
  for (plan::NodeId wait : node.waits) {
    const plan::Node& gate = context.plan.nodes[wait];
    if (gate.isTree() || gate.action().kind != plan::ActionKind::Approve)
      continue;
    if (const auto& key = context.result(wait).key)
      keys += (keys.empty() ? "" : " ") + key->hex();
  }
  return keys;
}

Delivery::Deploy Delivery::propose(plan::NodeId node, const Context& context) const {
  const plan::Node& what = context.plan.nodes[node];
  const plan::Environment& environment = context.plan.environments[what.action().environmentId];
  Deploy deploy{node, context, targetOf(context.plan, node), {}, {}, environment.url.value_or("")};
  base::Digest release = plan::computeRelease(what.action(), context.key, {});
  deploy.proposal.environment = environment.name;
  deploy.proposal.release = release;
  deploy.proposal.isTested = isJudgedInItsStage(context.plan, node);
  deploy.proposal.isProtected = environment.isProtected;
  deploy.proposal.isNamed = llvm::is_contained(context.options.deployTo, environment.name);
  deploy.proposal.now = ledger_.now();
  deploy.attempt.environment = deploy.target.identity;
  deploy.attempt.execution = context.options.execution;
  deploy.attempt.actor = options_.actor;
  deploy.attempt.approvals = approvalsOf(context, what);
  deploy.attempt.release = release;
  deploy.attempt.origin = originOf(node, context);
  return deploy;
}

static NodeResult heldBy(const Proposal& proposal, std::string reason) {
  NodeResult result;
  result.state = NodeState::Held;
  result.key = proposal.release;
  result.reason = std::move(reason);
  return result;
}

llvm::Expected<NodeResult> Delivery::wouldDeploy(const Deploy& deploy, const State& state) const {
  Judgement judgement = judge(state, deploy.proposal);
  NodeResult result;
  result.state = judgement.nothingToDo ? NodeState::Cached : NodeState::Succeeded;
  result.reason = std::move(judgement.reason);
  result.key = deploy.proposal.release;
  result.generation = state.generation + !judgement.nothingToDo;
  result.url = deploy.url;
  if (judgement.nothingToDo && deploy.context.action.spec.probe)
    result.reason += ", unless its probe shows something else";
  return result;
}

llvm::Expected<NodeResult> Delivery::deploy(plan::NodeId node, const Context& context) {
  Deploy deploy = propose(node, context);
  auto state = ledger_.state(deploy.target.identity);
  if (!state)
    return state.takeError();
  // Nobody waits for the lock only to hear that it is too late, or that a person has to act first.
  if (!judge(*state, deploy.proposal).nothingToDo) {
    auto stopped = stop(deploy, *state);
    if (!stopped)
      return stopped.takeError();
    if (*stopped)
      return std::move(**stopped);
  }
  if (context.options.dryRun)
    return wouldDeploy(deploy, *state);
  auto taken = lock(deploy.target, node, context, &*deploy.attempt.origin);
  if (!taken)
    return taken.takeError();
  if (taken->failure)
    return failedWith(std::move(*taken->failure));
  if (!*taken)
    return supersede(deploy, std::move(taken->superseded));
  return deployLocked(deploy);
}

/// What ends a deploy that has something to do before it begins.
llvm::Expected<std::optional<NodeResult>> Delivery::stop(const Deploy& deploy, const State& state) {
  if (std::optional<std::string> reason = whyTooLate(deploy, state)) {
    auto superseded = supersede(deploy, std::move(*reason));
    if (!superseded)
      return superseded.takeError();
    return std::move(*superseded);
  }
  if (std::optional<std::string> reason = guard(state, deploy.proposal))
    return heldBy(deploy.proposal, std::move(*reason));
  return std::nullopt;
}

llvm::Expected<NodeResult> Delivery::deployLocked(Deploy& deploy) {
  auto state = ledger_.state(deploy.target.identity);
  if (!state)
    return state.takeError();
  Judgement judgement = judge(*state, deploy.proposal);
  // What the environment shows matters only where everything else says that nothing is to do.
  if (judgement.nothingToDo && deploy.context.action.spec.probe) {
    state = probe(deploy, std::move(*state));
    if (!state)
      return state.takeError();
    deploy.proposal.isProbed = true;
    judgement = judge(*state, deploy.proposal);
  }
  if (judgement.nothingToDo)
    return leaveAlone(deploy, *state, std::move(judgement.reason));
  auto stopped = stop(deploy, *state);
  if (!stopped)
    return stopped.takeError();
  if (*stopped)
    return std::move(**stopped);
  bool again = state->desired == deploy.proposal.release;
  deploy.attempt.origin->modified = commits_.hasChanges();
  // One release, from something older: what it was made from last is no older for that.
  if (again && state->origin && whyOlderThan(*deploy.attempt.origin, *state->origin))
    deploy.attempt.origin = state->origin;
  deploy.attempt.kind = again ? AttemptKind::Redeploy : AttemptKind::Deploy;
  return act(deploy, judgement.reason);
}

static std::vector<std::string> deploymentUrlsOf(const exec::EffectContext& context) {
  std::vector<std::string> urls;
  for (plan::NodeId other : context.action.spec.deployments)
    urls.push_back(context.result(other).url);
  return urls;
}

/// The state with what the environment shows now; unprobed if it could not be asked.
llvm::Expected<State> Delivery::probe(const Deploy& deploy, State state) {
  const Context& context = deploy.context;
  context.observer.nodeStarted(deploy.node, "probe");
  auto answer =
      operatorFor(context).probe(deploy.target, context.action, deploymentUrlsOf(context),
                                 std::move(state), lockDescriptor(deploy.target.identity));
  if (!answer)
    return answer.takeError();
  if (!answer->problem.empty())
    context.observer.warning(answer->problem);
  return std::move(answer->state);
}

llvm::Expected<NodeResult> Delivery::leaveAlone(Deploy& deploy, const State& state,
                                                std::string reason) {
  auto release = ledger_.release(deploy.target.identity, deploy.proposal.release);
  if (!release)
    return release.takeError();
  deploy.attempt.kind = AttemptKind::NoOp;
  Origin& origin = *deploy.attempt.origin;
  bool confirms = !state.origin || !whyOlderThan(origin, *state.origin);
  bool isSame = state.origin && state.origin->commit == origin.commit;
  origin.modified = isSame ? state.origin->modified : commits_.hasChanges();
  if (llvm::Error error = ledger_.logNoOp(deploy.attempt, confirms))
    return error;
  NodeResult result;
  result.state = NodeState::Cached;
  result.reason = std::move(reason);
  result.key = deploy.proposal.release;
  result.generation = state.generation;
  if (*release) {
    result.url = (*release)->url;
    result.execution = (*release)->execution;
    result.started = (*release)->created;
  }
  if (llvm::Error error = inForce(deploy, result))
    return error;
  return result;
}

Release Delivery::releaseOf(const Deploy& deploy) const {
  const Context& context = deploy.context;
  Release release;
  release.id = deploy.proposal.release;
  release.action = context.action;
  release.paths = deploy.target.paths;
  release.secretsFrom = deploy.target.secretsFrom;
  release.environmentUrl = deploy.url;
  release.deploymentUrls = deploymentUrlsOf(context);
  release.execution = context.options.execution;
  release.created = ledger_.now();
  return release;
}

llvm::Expected<NodeResult> Delivery::act(Deploy& deploy, const std::string& reason) {
  const Context& context = deploy.context;
  const plan::Node& node = context.plan.nodes[deploy.node];
  Release release = releaseOf(deploy);
  exec::StepOptions step;
  Operator hands = operatorFor(context);
  auto problem = hands.prepare(step, context.action.spec, node.location, deploy.target,
                               lockDescriptor(deploy.target.identity));
  if (!problem)
    return problem.takeError();
  if (*problem)
    return failedWith(std::move(**problem));
  base::FingerprintRecorder recorder;
  plan::walkReleaseKey(context.action.spec, context.key, {}, recorder);
  if (llvm::Error error = keepFields(deploy.proposal.release, recorder.fields()))
    return error;
  step.release = release.id.hex();
  step.deploymentUrls = release.deploymentUrls;
  for (int64_t number = 0;; ++number) {
    if (options_.interrupted())
      return failedWith({"R1004", "interrupted", node.location, /*cancelled=*/true});
    context.observer.nodeStarted(deploy.node, "run");
    auto result = attempt(deploy, release, step);
    if (!result)
      return result.takeError();
    if (result->state == NodeState::Succeeded) {
      result->reason =
          number == 0 ? reason : reason + "; succeeded at attempt " + std::to_string(number + 1);
      if (llvm::Error error = inForce(deploy, *result))
        return error;
      return result;
    }
    if (!result->failure || result->failure->cancelled || number == context.action.spec.retries)
      return result;
    deploy.attempt.kind = AttemptKind::Redeploy;
  }
}

/// One attempt: the intent, the commands, the record. Whatever ends it in between leaves `unknown`.
llvm::Expected<NodeResult> Delivery::attempt(Deploy& deploy, const Release& release,
                                             exec::StepOptions& step) {
  const Context& context = deploy.context;
  auto begun = ledger_.begin(deploy.attempt, &release, [&](const State& state) {
    deploy.proposal.now = ledger_.now();
    return guard(state, deploy.proposal);
  });
  if (!begun)
    return begun.takeError();
  if (begun->refusal)
    return heldBy(deploy.proposal, std::move(*begun->refusal));
  operatorFor(context).setFence(step, begun->generation);
  auto outcome = context.steps.run(context.action, context.action.spec.run, step);
  if (!outcome) {
    auto ended = ledger_.end(deploy.attempt, *begun, /*succeeded=*/false, "");
    return llvm::joinErrors(outcome.takeError(), ended.takeError());
  }
  std::string url = outcome->url.empty() ? deploy.url : outcome->url;
  auto current = ledger_.end(deploy.attempt, *begun, outcome->succeeded(), url);
  if (!current)
    return current.takeError();
  NodeResult result;
  takeOutcome(result, *outcome);
  result.key = release.id;
  result.generation = begun->generation;
  result.execution = context.options.execution;
  result.url = url;
  if (outcome->failure) {
    result.state = NodeState::Failed;
    result.failure->message += "; what `" + deploy.target.name + "` runs now is unknown";
    result.reason = result.failure->message;
  } else if (!*current) {
    result.state = NodeState::Superseded;
    result.reason = "`" + deploy.target.name + "` was deployed to by someone else meanwhile, so " +
                    "what it runs now is unknown";
  } else {
    result.state = NodeState::Succeeded;
  }
  return result;
}

/// The environment runs this deploy's release: its live tests may look at it, and where there are
/// none it is stable at once.
llvm::Error Delivery::inForce(const Deploy& deploy, NodeResult& result) {
  const plan::Plan& plan = deploy.context.plan;
  Deployment deployment;
  deployment.target = deploy.target;
  deployment.release = deploy.proposal.release;
  deployment.generation = result.generation;
  deployment.stage = plan.nodes[deploy.node].stage;
  for (uint32_t i = 0; i < plan.nodes.size(); ++i) {
    plan::NodeId test = plan.nodes.idAt(i);
    if (!judges(plan.nodes[test], deploy.node))
      continue;
    bool own = plan.nodes[test].stage == deployment.stage;
    (own ? deployment.pending : deployment.pendingLater).insert(test);
  }
  deployment.isTested = !deployment.pending.empty();
  deployment.isTestedLater = !deployment.pendingLater.empty();
  if (!deployment.isTested && !deployment.isTestedLater) {
    Event event;
    event.kind = EventKind::Settle;
    event.generation = deployment.generation;
    auto applied = ledger_.apply(deployment.target.identity, event);
    if (!applied)
      return applied.takeError();
    deployment.settled = true;
  }
  std::lock_guard guard(mutex_);
  deployments_.insert_or_assign(deploy.node, std::move(deployment));
  return llvm::Error::success();
}

} // namespace pipec::environment
