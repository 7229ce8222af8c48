// What a step on an environment gets from the world, and asking a probe.
#include "runtime/environment/operator.h"

#include "compiler/base/path_glob.h"
#include "runtime/exec/secrets.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

namespace pipec::environment {

llvm::StringRef nameOf(llvm::StringRef identity) {
  return identity.substr(identity.rfind(':') + 1);
}

Target targetOf(llvm::StringRef identity, const Release& release) {
  return {identity.str(), nameOf(identity).str(), release.paths, release.secretsFrom};
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

llvm::Expected<std::optional<exec::StepFailure>>
Operator::prepare(exec::StepOptions& step, const plan::ActionSpec& spec,
                  const plan::Location& location, llvm::ArrayRef<Target> targets, int lock) {
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
  std::vector<std::string> written;
  for (const Target& target : targets)
    llvm::append_range(written, target.paths);
  if (auto refused = exec::refuseUngranted(exec::wishesOf(spec, written, world_.workspace),
                                           world_.grants, targets.front().name, location))
    return refused;
  std::set<std::string> paths;
  for (const std::string& path : written)
    paths.insert(exec::hostPath(world_.workspace, path));
  for (const std::string& path : paths)
    step.hostPaths.push_back({path, /*writable=*/true});
  step.network = sandbox::Network::Host;
  step.heldDescriptor = lock;
  plan::Node asked;
  asked.what = spec;
  asked.location = location;
  return exec::provideSecrets(asked, world_.secrets, step);
}

void Operator::setFence(exec::StepOptions& step, uint64_t generation) const {
  step.environment = world_.networkEnvironment;
  step.environment.push_back({"PIPEC_EXECUTION", world_.execution});
  step.environment.push_back({"PIPEC_FENCE", std::to_string(generation)});
}

// ---- probe ---------------------------------------------------------------------

llvm::Expected<Operator::Probe> Operator::probe(const Target& target,
                                                const exec::BoundAction& action,
                                                const std::vector<std::string>& deploymentUrls,
                                                State state, int lock) {
  const plan::Command& command = *action.spec.probe;
  exec::StepOptions step;
  auto missing = prepare(step, action.spec, command.location, target, lock);
  if (!missing)
    return missing.takeError();
  std::string what = "the probe of `" + target.name + "`: ";
  uint64_t generation = state.generation;
  state.observed = {};
  if (*missing)
    return Probe{std::move(state), what + (*missing)->message};
  setFence(step, generation);
  step.deploymentUrls = deploymentUrls;
  step.makesOutputs = false;
  auto outcome = world_.steps.run(action, command, step);
  if (!outcome)
    return outcome.takeError();
  if (outcome->failure)
    return Probe{std::move(state), what + outcome->failure->message};
  auto text = world_.steps.contentStore().bytes(outcome->stdoutDigest);
  if (!text)
    return text.takeError();
  Event event;
  event.kind = EventKind::Probe;
  event.generation = generation;
  event.text = llvm::StringRef(text->value_or("")).trim().str();
  auto applied = world_.ledger.apply(target.identity, event);
  if (!applied)
    return applied.takeError();
  auto after = world_.ledger.state(target.identity);
  if (!after)
    return after.takeError();
  return Probe{std::move(*after), ""};
}

} // namespace pipec::environment
