// Dispatch, locks, what steps get from the world, and the end of stages.
#include "runtime/environment/effect_runner.h"

#include "compiler/base/error.h"
#include "compiler/base/path_glob.h"
#include "runtime/environment/delivery.h"
#include "runtime/exec/secrets.h"
#include "runtime/host/user.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Path.h"

#include <unistd.h>

namespace pipec::environment {

std::unique_ptr<exec::EffectRunner> makeEffectRunner(Ledger& ledger, EffectRunnerOptions options) {
  return std::make_unique<Delivery>(ledger, std::move(options));
}

Delivery::Delivery(Ledger& ledger, EffectRunnerOptions options)
    : ledger_(ledger), options_(std::move(options)) {
  if (options_.actor.empty())
    options_.actor = host::currentUser();
}

llvm::Expected<exec::NodeResult> Delivery::run(plan::NodeId node, const Context& context) {
  const plan::ActionSpec& spec = context.plan.nodes[node].action();
  if (context.options.noDeploy) {
    exec::NodeResult result;
    result.state = exec::NodeState::Skipped;
    result.reason = "`--no-deploy` was given";
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

Target Delivery::targetOf(const plan::Plan& plan, plan::NodeId deploy) {
  const plan::Environment& environment =
      plan.environments[plan.nodes[deploy].action().environmentId];
  return {environment.identity(), environment.name, environment.paths, environment.secretsFrom};
}

// ---- locks --------------------------------------------------------------------

llvm::Expected<std::optional<exec::StepFailure>>
Delivery::lock(const Target& target, plan::NodeId node, const Context& context) {
  LockSlot* slot = nullptr;
  {
    std::lock_guard guard(mutex_);
    slot = &slots_[target.identity];
    slot->stages.insert(context.plan.nodes[node].stage);
  }
  std::lock_guard taking(slot->taking);
  if (lockDescriptor(target.identity) >= 0)
    return std::nullopt;
  std::string holder = "execution " + context.options.execution + " of " + options_.actor +
                       ", process " + std::to_string(::getpid());
  auto tell = [&](llvm::StringRef other) {
    context.observer.nodeStarted(node, "lock");
    context.observer.warning(("waiting for `" + target.name + "`, which is in use by " +
                              (other.empty() ? llvm::StringRef("another pipec") : other))
                                 .str());
  };
  auto taken = EnvironmentLock::acquire(ledger_.folder(), target.identity, holder,
                                        {options_.lockTimeout, tell, options_.interrupted});
  if (!taken)
    return taken.takeError();
  if (*taken) {
    std::lock_guard guard(mutex_);
    slot->lock = std::move(*taken);
    return std::nullopt;
  }
  bool stopped = options_.interrupted();
  std::string message = stopped ? "interrupted while it waited for `" + target.name + "`"
                                : "`" + target.name + "` was in use by another pipec for " +
                                      std::to_string(options_.lockTimeout.count() / 1000) + " s";
  return exec::StepFailure{"R1009", message, context.plan.nodes[node].location, stopped};
}

int Delivery::lockDescriptor(const std::string& environment) {
  std::lock_guard guard(mutex_);
  auto slot = slots_.find(environment);
  return slot != slots_.end() && slot->second.lock ? slot->second.lock->descriptor() : -1;
}

// ---- what a step gets ---------------------------------------------------------

/// Whether some environment keeps the secret out: its name.
static llvm::Expected<std::optional<std::string>> forbidding(llvm::ArrayRef<Target> targets,
                                                             llvm::StringRef secret) {
  for (const Target& target : targets) {
    bool allowed = target.secretsFrom.empty();
    for (const std::string& pattern : target.secretsFrom) {
      auto glob = base::PathGlob::compile(pattern);
      if (!glob)
        return glob.takeError();
      allowed |= glob->matches(secret);
    }
    if (!allowed)
      return target.name;
  }
  return std::nullopt;
}

static std::string absolutePath(llvm::StringRef workspace, llvm::StringRef path) {
  llvm::SmallString<256> absolute(path);
  if (!llvm::sys::path::is_absolute(path)) {
    absolute = workspace;
    llvm::sys::path::append(absolute, path);
  }
  llvm::sys::path::remove_dots(absolute, /*remove_dot_dot=*/true);
  return absolute.str().str();
}

llvm::Expected<std::optional<exec::StepFailure>> Delivery::prepare(exec::StepOptions& step,
                                                                   const plan::ActionSpec& spec,
                                                                   const plan::Location& location,
                                                                   llvm::ArrayRef<Target> targets,
                                                                   const Context& context) {
  for (const plan::SecretUse& use :
       llvm::concat<const plan::SecretUse>(spec.secrets, spec.secretFiles)) {
    auto environment = forbidding(targets, use.secret);
    if (!environment)
      return environment.takeError();
    if (*environment)
      return exec::StepFailure{"R1015",
                               "the secret `" + use.secret +
                                   "` is not among the `secrets_from` of `" + **environment + "`",
                               location, false};
  }
  std::set<std::string> paths;
  for (const Target& target : targets)
    for (const std::string& path : target.paths)
      paths.insert(absolutePath(options_.workspace, path));
  for (const std::string& path : paths)
    step.hostPaths.push_back({path, /*writable=*/true});
  step.network = sandbox::Network::Host;
  step.heldDescriptor = lockDescriptor(targets.front().identity);
  plan::Node asked;
  asked.what = spec;
  asked.location = location;
  return exec::provideSecrets(asked, context.secrets, step);
}

void Delivery::setFence(exec::StepOptions& step, const Context& context,
                        uint64_t generation) const {
  step.environment = context.options.networkEnvironment;
  step.environment.push_back({"PIPEC_EXECUTION", context.options.execution});
  step.environment.push_back({"PIPEC_FENCE", std::to_string(generation)});
}

llvm::Error Delivery::keepFields(const base::Digest& key, const std::vector<base::Field>& fields) {
  return options_.keys ? options_.keys->storeFields(key, fields) : llvm::Error::success();
}

// ---- results ------------------------------------------------------------------

exec::NodeResult failedWith(exec::StepFailure failure) {
  exec::NodeResult result;
  result.state = failure.cancelled ? exec::NodeState::Skipped : exec::NodeState::Failed;
  result.reason = failure.message;
  result.failure = std::move(failure);
  return result;
}

void takeOutcome(exec::NodeResult& result, const exec::StepOutcome& outcome) {
  result.stdoutDigest = outcome.stdoutDigest;
  result.stderrDigest = outcome.stderrDigest;
  result.report = outcome.report;
  result.failure = outcome.failure;
  result.started = outcome.started;
  result.durationMs = outcome.durationMs;
  result.cpuMs = outcome.cpuMs;
  result.peakMemory = outcome.peakMemory;
}

static llvm::Error appendLog(std::optional<base::Digest>& log, llvm::StringRef title,
                             const base::Digest& more, cas::ContentStore& store) {
  std::string text;
  if (log) {
    auto before = store.bytes(*log);
    if (!before)
      return before.takeError();
    text = before->value_or("");
  }
  auto added = store.bytes(more);
  if (!added)
    return added.takeError();
  text += title;
  text += added->value_or("");
  auto digest = store.putBytes(text);
  if (!digest)
    return digest.takeError();
  log = *digest;
  return llvm::Error::success();
}

llvm::Error appendLogs(exec::NodeResult& result, const exec::StepOutcome& outcome,
                       llvm::StringRef title, cas::ContentStore& store) {
  if (llvm::Error error = appendLog(result.stdoutDigest, "", outcome.stdoutDigest, store))
    return error;
  return appendLog(result.stderrDigest, ("--- " + title + "\n").str(), outcome.stderrDigest, store);
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
