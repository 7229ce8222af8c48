// Builds, hermetic tests and trees: from bound inputs to a cached or an executed result.
#include "runtime/exec/action.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/exec/attempts.h"
#include "runtime/exec/network_key.h"
#include "runtime/exec/pool_reads.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/raw_ostream.h"

namespace pipec::exec {

ActionExecutor::ActionExecutor(const plan::Plan& what, const BuildOptions& how, World& where,
                               BuildObserver& watcher,
                               const base::GrowingVector<plan::NodeId, NodeResult>& soFar)
    : plan(what), options(how), world(where), observer(watcher), results(soFar),
      stepRunner(where.store, where.runner, where.scratch, where.mayMove, how.machine.cpus),
      poolIndexes(where.store) {
  if (!options.onlyResolve)
    return;
  isNeeded.resize(plan.nodes.size());
  for (const plan::Node& node : plan.nodes)
    for (plan::NodeId needed : plan::dependencies(node))
      isNeeded[needed.index] = true;
}

ActionExecutor::KeyLock::KeyLock(ActionExecutor& executor, const base::Digest& lockedKey)
    : owner(executor), key(lockedKey) {
  std::unique_lock lock(owner.keysMutex);
  owner.keysChanged.wait(lock, [&] { return owner.keysInFlight.insert(key).second; });
}

ActionExecutor::KeyLock::~KeyLock() {
  {
    std::lock_guard lock(owner.keysMutex);
    owner.keysInFlight.erase(key);
  }
  owner.keysChanged.notify_all();
}

// ---- inputs -------------------------------------------------------------------

const cas::Content* ActionExecutor::content(const plan::ArtifactRef& artifact) const {
  const NodeResult& result = results[artifact.node];
  if (plan.nodes[artifact.node].types[artifact.output] == plan::ArtifactType::TestReport)
    return result.report ? &*result.report : nullptr;
  return artifact.output < result.outputs.size() ? &result.outputs[artifact.output].content
                                                 : nullptr;
}

bool ActionExecutor::inputsKnown(plan::NodeId node) const {
  if (plan.nodes[node].deferred)
    return false;
  const plan::ActionSpec& spec = plan.nodes[node].action();
  for (const plan::Input& input : spec.inputs)
    if (!content(input.artifact))
      return false;
  for (const auto* artifact : {&spec.work, &spec.image, &spec.subject})
    if (*artifact && !content(**artifact))
      return false;
  return true;
}

llvm::Expected<std::optional<BoundAction>> ActionExecutor::bind(plan::NodeId node) {
  if (!inputsKnown(node))
    return std::nullopt;
  BoundAction action;
  action.spec = plan.nodes[node].action();
  if (!action.spec.timeout && action.spec.kind != plan::ActionKind::Approve)
    action.spec.timeout = options.stepTimeout;
  for (const plan::Input& input : action.spec.inputs)
    action.inputs.push_back(*content(input.artifact));
  if (action.spec.work) {
    auto parts = workParts(
        plan, *action.spec.work, [&](const plan::ArtifactRef& ref) { return content(ref); },
        world.store);
    if (!parts)
      return parts.takeError();
    action.work = std::move(*parts);
  }
  if (action.spec.image)
    action.image = *content(*action.spec.image);
  if (action.spec.subject)
    action.subject = *content(*action.spec.subject);
  return action;
}

char keyKind(cas::EntryKind kind) {
  switch (kind) {
  case cas::EntryKind::File:
    return 'f';
  case cas::EntryKind::Executable:
    return 'x';
  case cas::EntryKind::Symlink:
    return 'l';
  case cas::EntryKind::Directory:
    return 'd';
  }
  llvm_unreachable("an entry of no kind");
}

std::string nameOf(const plan::Plan& plan, const plan::ArtifactRef& artifact) {
  const plan::Node& node = plan.nodes[artifact.node];
  if (node.isTree())
    if (const auto* path = std::get_if<plan::RepositoryPath>(&node.tree()))
      return path->path;
  return node.label;
}

/// The programs that argument vectors name without a folder: what they resolve to is part of the
/// key.
static llvm::Error addTools(const plan::ActionSpec& spec, sandbox::SpawnRunner& runner,
                            plan::KeyContext& context) {
  std::set<std::string> names;
  for (const plan::Command& command : spec.run) {
    const auto* vector = std::get_if<plan::ArgumentVector>(&command.what);
    llvm::StringRef program;
    if (!vector)
      program = spec.shell.empty() ? llvm::StringRef() : llvm::StringRef(spec.shell.front());
    else if (!vector->arguments.empty() && vector->arguments.front().size() == 1 &&
             vector->arguments.front().front().kind == plan::HoleKind::Text)
      program = vector->arguments.front().front().text;
    if (!program.empty())
      names.insert(program.str());
  }
  for (const std::string& name : names) {
    auto digest = runner.toolDigest(name);
    if (!digest)
      return digest.takeError();
    if (*digest)
      context.tools.emplace_back(name, **digest);
  }
  return llvm::Error::success();
}

llvm::Expected<plan::KeyContext> ActionExecutor::keyContext(plan::NodeId node) {
  const plan::ActionSpec& spec = plan.nodes[node].action();
  plan::KeyContext context;
  auto keyOf = [&](const plan::ArtifactRef& artifact) {
    const cas::Content& have = *content(artifact);
    return plan::ContentKey{keyKind(have.kind), have.digest, nameOf(plan, artifact)};
  };
  for (const plan::Input& input : spec.inputs) {
    context.inputs.push_back(keyOf(input.artifact));
    if (!input.pool)
      continue;
    auto pool = poolIndexes.of(*content(input.artifact));
    if (!pool)
      return pool.takeError();
    context.inputs.back().kind = keyKind((*pool)->names.kind);
    context.inputs.back().digest = (*pool)->names.digest;
  }
  if (spec.work)
    context.work = keyOf(*spec.work);
  if (spec.image) {
    context.image = keyOf(*spec.image);
    auto identity = stepRunner.images().identity(*content(*spec.image));
    if (!identity)
      return identity.takeError();
    if (*identity) {
      context.image->kind = 'i';
      context.image->digest = **identity;
    }
  }
  if (spec.subject)
    context.subject = keyOf(*spec.subject);
  if (spec.kind == plan::ActionKind::Source)
    context.network = networkKey(options.networkEnvironment, options.countedVariables);
  context.isolation = world.runner.isolation() == sandbox::Isolation::Full ? "full" : "scratch";
  if (!spec.image) {
    auto root = world.runner.rootFingerprint();
    if (!root)
      return root.takeError();
    context.root = *root;
    if (llvm::Error error = addTools(spec, world.runner, context))
      return error;
  }
  return context;
}

// ---- the cache ----------------------------------------------------------------

llvm::Expected<bool> ActionExecutor::stillStored(const cache::ActionResult& result) {
  for (const cache::ActionOutput& output : result.outputs) {
    auto there = world.store.contains(output.content);
    if (!there || !*there)
      return there;
  }
  if (result.report)
    if (auto there = world.store.contains(*result.report); !there || !*there)
      return there;
  // What was printed is replayed, so it belongs to the result.
  for (const base::Digest& log : {result.stdoutDigest, result.stderrDigest})
    if (auto there = world.store.contains({cas::EntryKind::File, log}); !there || !*there)
      return there;
  return true;
}

bool isResultOf(const plan::ActionSpec& spec, const cache::ActionResult& result) {
  if (result.report && result.report->kind != cas::EntryKind::Directory)
    return false;
  if (result.outputs.size() != spec.outputs.size())
    return false;
  return llvm::all_of(llvm::zip(spec.outputs, result.outputs), [](const auto& pair) {
    const auto& [declared, found] = pair;
    cas::EntryKind kind = found.content.kind;
    bool isFile = kind == cas::EntryKind::File || kind == cas::EntryKind::Executable;
    return declared.name == found.name &&
           (declared.type == plan::ArtifactType::File ? isFile : kind == cas::EntryKind::Directory);
  });
}

llvm::Expected<bool> ActionExecutor::isStored(plan::NodeId node) {
  cache::ActionResult made;
  made.outputs = results[node].outputs;
  made.report = results[node].report;
  made.stdoutDigest = results[node].stdoutDigest.value_or(base::emptyDigest());
  made.stderrDigest = results[node].stderrDigest.value_or(base::emptyDigest());
  return stillStored(made);
}

llvm::Expected<std::optional<NodeResult>> ActionExecutor::lookUp(plan::NodeId node,
                                                                 const base::Digest& key) {
  auto found = world.cache.lookUp(key);
  if (!found)
    return found.takeError();
  if (!*found || !isResultOf(plan.nodes[node].action(), **found))
    return std::nullopt;
  auto stored = stillStored(**found);
  if (!stored)
    return stored.takeError();
  if (!*stored)
    return std::nullopt;
  NodeResult result;
  result.state = NodeState::Cached;
  result.key = key;
  result.outputs = std::move((*found)->outputs);
  result.report = (*found)->report;
  result.stdoutDigest = (*found)->stdoutDigest;
  result.stderrDigest = (*found)->stderrDigest;
  result.execution = (*found)->execution;
  result.started = (*found)->started;
  result.durationMs = (*found)->durationMs;
  result.cpuMs = (*found)->cpuMs;
  result.peakMemory = (*found)->peakMemory;
  auto last = world.memory.lastKey(plan.nodes[node].label);
  result.reason = last && *last == key ? "nothing changed" : "the same was done before";
  if (!options.dryRun)
    world.memory.rememberKey(plan.nodes[node].label, key);
  return result;
}

llvm::Error ActionExecutor::record(plan::NodeId node, const base::Digest& key,
                                   const std::vector<base::Field>& fields,
                                   const NodeResult& result) {
  cache::ActionResult stored;
  stored.outputs = result.outputs;
  stored.report = result.report;
  stored.stdoutDigest = *result.stdoutDigest;
  stored.stderrDigest = *result.stderrDigest;
  stored.execution = result.execution;
  stored.started = result.started;
  stored.durationMs = result.durationMs;
  stored.cpuMs = result.cpuMs;
  stored.peakMemory = result.peakMemory;
  if (llvm::Error error = world.cache.store(key, stored))
    return error;
  if (llvm::Error error = world.cache.storeFields(key, fields))
    return error;
  world.memory.rememberKey(plan.nodes[node].label, key);
  return llvm::Error::success();
}

// ---- execution ----------------------------------------------------------------

static std::vector<base::Field> fieldsOf(const plan::ActionSpec& spec,
                                         const plan::KeyContext& context) {
  base::FingerprintRecorder recorder;
  plan::walkActionKey(spec, context, recorder);
  return recorder.fields();
}

/// A test that was forced to run and did not pass at once takes its old pass out of the cache.
llvm::Error ActionExecutor::forgetPass(const plan::ActionSpec& spec, const base::Digest& key) {
  if (!options.force || spec.kind != plan::ActionKind::Test)
    return llvm::Error::success();
  return world.cache.remove(key);
}

llvm::Expected<NodeResult> ActionExecutor::succeeded(plan::NodeId node,
                                                     const plan::KeyContext& context,
                                                     const Reason& why, NodeResult result) {
  const plan::ActionSpec& spec = plan.nodes[node].action();
  bool flaky = !result.earlier.empty() && spec.kind == plan::ActionKind::Test;
  result.state = flaky ? NodeState::Flaky : NodeState::Succeeded;
  result.reason = why.text;
  if (!result.earlier.empty())
    result.reason += "; passed at attempt " + std::to_string(result.earlier.size() + 1);
  if (flaky) {
    if (llvm::Error error = forgetPass(spec, *result.key))
      return error;
  } else if (result.modified.empty()) {
    if (llvm::Error error = record(node, *result.key, fieldsOf(spec, context), result))
      return error;
  }
  return result;
}

llvm::Expected<NodeResult>
ActionExecutor::failed(plan::NodeId node, const plan::KeyContext& context, NodeResult result) {
  const plan::ActionSpec& spec = plan.nodes[node].action();
  result.state = NodeState::Failed;
  result.tolerated = spec.onFail == plan::OnFail::Warn;
  if (llvm::Error error = addUndeclaredRead(node, result))
    return error;
  // The result is never served, but what it was made from can be asked for.
  if (llvm::Error error = world.cache.storeFields(*result.key, fieldsOf(spec, context)))
    return error;
  if (llvm::Error error = forgetPass(spec, *result.key))
    return error;
  result.reason = result.failure->message;
  return result;
}

llvm::Expected<NodeResult> ActionExecutor::execute(plan::NodeId node, plan::KeyContext context,
                                                   const Reason& why,
                                                   const StepOptions& stepOptions) {
  auto action = bind(node);
  if (!action)
    return action.takeError();
  const plan::ActionSpec& spec = (*action)->spec;
  NodeResult before;
  for (int64_t attempt = 0;; ++attempt) {
    auto outcome = stepRunner.run(**action, spec.run, stepOptions);
    if (!outcome)
      return outcome.takeError();
    if (!outcome->failure && hasPools(spec))
      if (llvm::Error error = keepReads(node, outcome->reads, context))
        return error;
    base::Digest key = keyOf(spec, context);
    auto found = resultOf(node, std::move(*outcome), key);
    if (!found)
      return found.takeError();
    NodeResult result = std::move(*found);
    result.changes = why.changes;
    if (attempt > 0)
      if (llvm::Error error = joinAttempts(result, std::move(before), world.store))
        return error;
    if (!result.failure && spec.digest)
      verifyDigest(plan.nodes[node], result);
    if (!result.failure)
      return succeeded(node, context, why, std::move(result));
    if (result.failure->cancelled) {
      result.state = NodeState::Skipped;
      result.reason = "interrupted";
      return result;
    }
    if (attempt >= spec.retries)
      return failed(node, context, std::move(result));
    before = std::move(result);
  }
}

base::Digest ActionExecutor::keyOf(const plan::ActionSpec& spec, const plan::KeyContext& context) {
  base::FingerprintHasher fields;
  plan::walkActionKey(spec, context, fields);
  return world.keys ? world.keys->digestOf(fields.bytes()) : fields.digest();
}

NodeResult ActionExecutor::wouldExecute(plan::NodeId node, const Reason& why) const {
  NodeResult result;
  result.state = NodeState::Succeeded;
  result.reason = why.text;
  result.changes = why.changes;
  return result;
}

NodeResult ActionExecutor::missed(const plan::Node& node, const base::Digest& key,
                                  const Reason& why) {
  NodeResult result;
  result.state = NodeState::Failed;
  result.key = key;
  result.failure = StepFailure{
      "R1013", "it is not in the cache, and --fail-on-miss forbids executing it: " + why.text,
      node.location, false};
  result.reason = result.failure->message;
  result.changes = why.changes;
  return result;
}

llvm::Expected<NodeResult> ActionExecutor::runHermetic(plan::NodeId node) {
  if (!inputsKnown(node))
    return wouldExecute(node, "something it depends on would execute");
  auto context = keyContext(node);
  if (!context)
    return context.takeError();
  const plan::ActionSpec& spec = plan.nodes[node].action();
  base::Digest key = keyOf(spec, *context);
  std::optional<KeyLock> lock;
  if (!options.dryRun)
    lock.emplace(*this, key);
  if (!options.force && !isTraced(node)) {
    auto served = hasPools(spec) ? lookUpReads(node, *context) : lookUp(node, key);
    if (!served)
      return served.takeError();
    if (*served)
      return std::move(**served);
  }
  if (hasPools(spec)) {
    if (llvm::Error error = addLastReads(node, *context))
      return error;
    key = keyOf(spec, *context);
  }
  Reason why = explain(node, key, fieldsOf(spec, *context));
  if (options.dryRun)
    return wouldExecute(node, why);
  if (options.failOnMiss)
    return missed(plan.nodes[node], key, why);
  observer.nodeStarted(node, "run");
  StepOptions step;
  step.trace = isTraced(node);
  return execute(node, std::move(*context), why, step);
}

llvm::Expected<NodeResult> ActionExecutor::runTree(plan::NodeId node) {
  auto outcome = evaluateTree(
      plan.nodes[node], [&](const plan::ArtifactRef& ref) { return content(ref); }, world.store,
      world.files);
  if (!outcome)
    return outcome.takeError();
  NodeResult result;
  result.state = outcome->failure ? NodeState::Failed : NodeState::Cached;
  if (outcome->failure)
    result.reason = outcome->failure->message;
  result.failure = std::move(outcome->failure);
  if (outcome->content)
    result.outputs.push_back({"out", *outcome->content});
  return result;
}

llvm::Expected<NodeResult> ActionExecutor::run(plan::NodeId node) {
  const plan::Node& what = plan.nodes[node];
  if (what.isTree())
    return runTree(node);
  switch (what.action().kind) {
  case plan::ActionKind::Source:
    return runSource(node);
  case plan::ActionKind::Build:
  case plan::ActionKind::Test:
    return options.checkDeterminism ? runTwice(node) : runHermetic(node);
  case plan::ActionKind::LiveTest:
  case plan::ActionKind::Deploy:
  case plan::ActionKind::Approve:
    break;
  }
  llvm_unreachable("an effect is run by an EffectRunner");
}

} // namespace pipec::exec
