// Sources: ask `resolve` for the identity, then fetch what is not known yet.
#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/identity.h"
#include "compiler/base/text.h"
#include "runtime/exec/action.h"
#include "runtime/exec/secrets.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::exec {

llvm::Expected<StepOptions> ActionExecutor::sourceOptions(plan::NodeId node) {
  StepOptions step;
  step.network = sandbox::Network::Host;
  step.environment = options.networkEnvironment;
  for (const std::string& path : plan.nodes[node].action().paths)
    step.hostPaths.push_back({hostPath(world.workspace, path), /*writable=*/false});
  return step;
}

static NodeResult failedWith(StepFailure failure) {
  NodeResult result;
  result.state = NodeState::Failed;
  result.reason = failure.message;
  result.failure = std::move(failure);
  return result;
}

/// What is wrong with an identity that `whose` words tell the origin of; nullopt: nothing.
static std::optional<StepFailure> wrongIdentity(llvm::StringRef identity, const llvm::Twine& whose,
                                                const plan::Location& location) {
  static constexpr size_t Shown = 80;
  std::string problem = base::identityProblem(identity);
  if (problem.empty())
    return std::nullopt;
  std::string shown = base::printable(identity.take_front(Shown));
  return StepFailure{
      "R1028",
      (whose + " " + problem + ": `" + shown + (identity.size() > Shown ? "…`" : "`")).str(),
      location, false};
}

llvm::Expected<NodeResult> ActionExecutor::resolve(plan::NodeId node, const BoundAction& action,
                                                   const StepOptions& stepOptions) {
  observer.nodeStarted(node, "resolve");
  StepOptions question = stepOptions;
  question.makesOutputs = false;
  for (int64_t attempt = 0;; ++attempt) {
    auto outcome = stepRunner.run(action, *action.spec.resolve, question);
    if (!outcome)
      return outcome.takeError();
    NodeResult result;
    result.state = NodeState::Succeeded;
    result.ranResolve = true;
    result.stdoutDigest = outcome->stdoutDigest;
    result.stderrDigest = outcome->stderrDigest;
    result.started = outcome->started;
    result.durationMs = outcome->durationMs;
    if (!outcome->failure) {
      auto text = world.store.bytes(outcome->stdoutDigest);
      if (!text)
        return text.takeError();
      result.identity = llvm::StringRef(text->value_or("")).trim().str();
      if (result.identity.empty())
        outcome->failure = StepFailure{
            "R1016", "`resolve` succeeded but printed nothing, so there is no identity to pin",
            action.spec.resolve->location, false};
      else
        outcome->failure = wrongIdentity(result.identity, "the identity that it prints",
                                         action.spec.resolve->location);
      if (!outcome->failure)
        return result;
      result.identity.clear();
    }
    if (outcome->failure->cancelled) {
      result.state = NodeState::Skipped;
      result.reason = "interrupted";
      return result;
    }
    if (attempt < action.spec.retries)
      continue;
    result.state = NodeState::Failed;
    result.failure = std::move(outcome->failure);
    result.failure->message = "`resolve`: " + result.failure->message;
    result.reason = result.failure->message;
    return result;
  }
}

void ActionExecutor::verifyDigest(const plan::Node& node, NodeResult& result) {
  const plan::ActionSpec& spec = node.action();
  std::string problem;
  if (spec.outputs.size() != 1 || spec.outputs.front().type != plan::ArtifactType::File) {
    problem = "`digest` can only be checked for a single File output";
  } else {
    std::string actual = result.outputs.front().content.digest.text();
    if (actual != *spec.digest)
      problem = "the content has the digest " + actual + ", but `digest` says " + *spec.digest;
  }
  if (!problem.empty()) {
    result.failure = StepFailure{"R1007", std::move(problem), node.location, false};
    result.outputs.clear();
  }
}

static std::string quoted(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values)
    text += (text.empty() ? "`" : ", `") + value + "`";
  return text.empty() ? "nothing" : text;
}

std::optional<StepFailure> ActionExecutor::checkPin(plan::NodeId node) {
  const plan::Node& what = plan.nodes[node];
  auto pin = options.pins.labels.find(what.label);
  if (options.onlyResolve || pin == options.pins.labels.end())
    return std::nullopt;
  std::vector<std::string> asks = plan::questionValues(what.action());
  if (!pin->second.isForThisPlan) {
    observer.warning("`" + what.label + "` is pinned in pipe.lock, but not for these parameters (" +
                     quoted(asks) + "), so `resolve` decides; `pipec pin` with them pins it");
    return std::nullopt;
  }
  std::string message = "pipe.lock pins another question of it: " + quoted(pin->second.asks) +
                        " instead of " + quoted(asks);
  if (pin->second.asks == asks)
    message = "pipe.lock pins another question of it: `resolve`, its settings or the content of "
              "what it mentions has changed";
  return StepFailure{"R1017", std::move(message), what.location, false};
}

llvm::Expected<NodeResult> ActionExecutor::identify(plan::NodeId node, const BoundAction& action,
                                                    const plan::KeyContext& context,
                                                    const StepOptions& step) {
  NodeResult found;
  found.state = NodeState::Succeeded;
  found.question = plan::computeQuestionKey(action.spec, context);
  for (const auto* known : {&options.pins.resolved, &options.pins.identities})
    if (auto pin = known->find(found.question->hash); pin != known->end()) {
      // A pin of another program, an older pipec or an edited history: an argument all the same.
      if (auto wrong = wrongIdentity(pin->second, "the identity that it is pinned to",
                                     plan.nodes[node].location))
        return failedWith(std::move(*wrong));
      found.identity = pin->second;
      return found;
    }
  if (std::optional<StepFailure> stale = checkPin(node))
    return failedWith(std::move(*stale));
  if (!options.offline && !options.dryRun) {
    auto answer = resolve(node, action, step);
    if (!answer || answer->state != NodeState::Succeeded)
      return answer;
    answer->question = found.question;
    world.memory.rememberIdentity(*found.question, answer->identity);
    return answer;
  }
  auto last = world.memory.lastIdentity(*found.question);
  if (!last)
    return options.dryRun
               ? wouldExecute(node, "it has never been resolved here")
               : failedWith({"R1016", "--offline, and it has never been resolved here before",
                             plan.nodes[node].location, false});
  if (auto wrong = wrongIdentity(*last, "the identity of the last time", plan.nodes[node].location))
    return failedWith(std::move(*wrong));
  found.identity = *last;
  return found;
}

std::string ActionExecutor::pinOf(const base::Digest& question, llvm::StringRef identity) const {
  if (options.pins.resolved.count(question.hash))
    return ("as execution " + options.pins.execution + " has resolved it, to " + identity).str();
  if (options.pins.identities.count(question.hash))
    return ("pinned in pipe.lock to " + identity).str();
  return {};
}

llvm::Expected<NodeResult> ActionExecutor::runSource(plan::NodeId node) {
  if (!inputsKnown(node))
    return wouldExecute(node, "something it depends on would execute");
  // Before the cache is asked: what it has may have been fetched for somebody who may have it.
  const plan::Node& what = plan.nodes[node];
  if (!options.dryRun)
    if (auto refused = refuseUngranted(wishesOf(plan, what, world.workspace), world.grants,
                                       what.label, what.location))
      return failedWith(std::move(*refused));
  auto action = bind(node);
  if (!action)
    return action.takeError();
  const plan::ActionSpec& spec = (*action)->spec;
  auto context = keyContext(node);
  if (!context)
    return context.takeError();
  auto step = sourceOptions(node);
  if (!step)
    return step.takeError();
  if (!options.dryRun && !(spec.resolve && options.offline)) {
    auto missing = provideSecrets(what, world.secrets, *step);
    if (!missing)
      return missing.takeError();
    if (*missing)
      return failedWith(std::move(**missing));
  }
  if (!spec.resolve)
    return fetch(node, *context, *step);

  auto found = identify(node, **action, *context, *step);
  if (!found)
    return found.takeError();
  if (found->identity.empty())
    return found;
  if (options.onlyResolve && node.index < isNeeded.size() && !isNeeded[node.index]) {
    found->state = NodeState::Cached;
    return found;
  }
  context->identity = step->identity = found->identity;
  auto result = fetch(node, *context, *step);
  if (!result)
    return result.takeError();
  std::string pinned = pinOf(*found->question, found->identity);
  result->identity = found->identity;
  result->question = found->question;
  result->ranResolve = found->ranResolve;
  result->resolved = found->ranResolve ? found->started : 0;
  if (result->state == NodeState::Cached)
    result->reason = !pinned.empty()  ? pinned
                     : options.dryRun ? "if `resolve` still answers " + found->identity
                                      : "`resolve` answers " + found->identity + ", as before";
  else if (!pinned.empty() && isSuccess(result->state))
    result->reason += "; " + pinned;
  return result;
}

llvm::Expected<NodeResult> ActionExecutor::fetch(plan::NodeId node, const plan::KeyContext& context,
                                                 const StepOptions& step) {
  const plan::Node& what = plan.nodes[node];
  base::Digest key = keyOf(what.action(), context);
  std::optional<KeyLock> lock;
  if (!options.dryRun)
    lock.emplace(*this, key);
  auto served = lookUp(node, key);
  if (!served)
    return served.takeError();
  if (*served)
    return std::move(**served);
  base::FingerprintRecorder recorder;
  plan::walkActionKey(what.action(), context, recorder);
  Reason why = explain(node, key, recorder.fields());
  if (options.dryRun)
    return wouldExecute(node, why);
  if (options.failOnMiss)
    return missed(what, key, why);
  if (options.offline)
    return failedWith({"R1016", "--offline, and its content is not in the cache (" + why.text + ")",
                       what.location, false});
  observer.nodeStarted(node, "fetch");
  return execute(node, context, why, step);
}

} // namespace pipec::exec
