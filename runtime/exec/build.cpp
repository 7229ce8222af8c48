// The build loop: worker threads take nodes from the scheduler until nothing is left to do.
#include "runtime/exec/build.h"

#include "compiler/base/error.h"
#include "runtime/exec/action.h"
#include "runtime/exec/effects.h"
#include "runtime/exec/scheduler.h"
#include "runtime/exec/serial_observer.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace pipec::exec {

void cancelSteps(sandbox::SpawnRunner& runner, Cancellation::Level level) {
  static constexpr std::chrono::milliseconds Grace{5000};
  if (level == Cancellation::Level::Stop)
    runner.cancelOthers(Grace);
  else if (level != Cancellation::Level::None)
    runner.cancel(level == Cancellation::Level::Kill ? std::chrono::milliseconds(0) : Grace);
}

namespace {

class Build {
public:
  Build(plan::Plan& what, const BuildOptions& how, World& where, EffectRunner* effectRunner,
        plan::Expander* planExpander, BuildObserver& watcher)
      : plan(what), options(how), effects(effectRunner), expander(planExpander),
        observer(watcher, plan, options.machine),
        scheduler(plan, options.keepGoing, expectedTimes(plan, 0, where.memory),
                  Resources(options.machine, options.jobs)),
        world(where), executor(plan, options, world, observer, result.nodes) {
    result.nodes.resize(plan.nodes.size());
  }

  llvm::Expected<BuildResult> run(UseOutputs use);

private:
  bool isInterrupted() const { return world.cancellation && world.cancellation->isRequested(); }
  static std::vector<int64_t> expectedTimes(const plan::Plan& plan, size_t first, Memory& memory);

  void work();
  void joinWorkers();
  llvm::Expected<NodeResult> runNode(plan::NodeId node);
  llvm::Expected<NodeResult> runOnce(plan::NodeId node);
  llvm::Error remake(plan::NodeId node);
  llvm::Error remakeWhatItNeeds(plan::NodeId node);
  void takeRemade();
  llvm::Error useOutputs(UseOutputs use);
  llvm::Expected<NodeResult> runEffect(plan::NodeId node);
  void standAside(llvm::function_ref<void()> wait);
  std::optional<std::string> whyUnknown(plan::NodeId node) const;
  llvm::Expected<NodeResult> expand(plan::NodeId node);
  void grow(plan::NodeId expansion, const plan::Growth& growth);
  void finish(plan::NodeId node, NodeResult outcome);
  void endWith(plan::NodeId node, NodeResult outcome);
  void skip(const Scheduler::Skipped& skipped);
  void stop(llvm::StringRef reason);
  llvm::Error finishStages(std::unique_lock<std::mutex>& lock);
  void endBroken(plan::NodeId node, llvm::Error error);
  void giveUp(llvm::Error error);

  /// Grows, in grow() alone; its nodes do not move, so that others may go on reading.
  plan::Plan& plan;
  const BuildOptions& options;
  EffectRunner* effects;
  plan::Expander* expander;
  SerialObserver observer;
  Scheduler scheduler;
  World& world;
  BuildResult result;
  ActionExecutor executor;

  std::mutex expanding; ///< held by the one expansion that runs; taken before `mutex`
  std::mutex mutex;     ///< guards scheduler, the length of result, and what is below
  std::condition_variable changed;
  std::optional<llvm::Error> broken;                       ///< the first error of the world
  std::vector<std::pair<plan::NodeId, NodeResult>> remade; ///< others still read what these had
  std::vector<std::thread> workers;                        ///< besides the thread of run(); grows
  size_t surplus = 0;                                      ///< workers that are to end
  bool stopped = false;
  std::string stopReason;
};

} // namespace

/// Of the nodes from `first` on.
std::vector<int64_t> Build::expectedTimes(const plan::Plan& plan, size_t first, Memory& memory) {
  // A step that never ran is taken for a second, so that long unknown chains still start early.
  static constexpr int64_t UnknownMs = 1000;
  std::vector<int64_t> times;
  times.reserve(plan.nodes.size() - first);
  for (size_t i = first; i < plan.nodes.size(); ++i) {
    const plan::Node& node = plan.nodes[plan.nodes.idAt(i)];
    times.push_back(node.isTree() ? 0 : memory.lastDurationMs(node.label).value_or(UnknownMs) + 1);
  }
  return times;
}

void Build::endWith(plan::NodeId node, NodeResult outcome) {
  result.nodes[node] = std::move(outcome);
  observer.nodeFinished(node, result.nodes[node]);
}

void Build::finish(plan::NodeId node, NodeResult outcome) {
  NodeState state = outcome.state;
  bool tolerated = outcome.tolerated;
  // The result must be in place before the scheduler lets anyone use it.
  endWith(node, std::move(outcome));
  for (const Scheduler::Skipped& skipped : scheduler.finish(node, state, tolerated))
    skip(skipped);
}

void Build::skip(const Scheduler::Skipped& skipped) {
  NodeResult skip;
  skip.state = NodeState::Skipped;
  const std::string& cause = plan.nodes[skipped.because].label;
  NodeState causeState = result.nodes[skipped.because].state;
  skip.reason = !isFinal(causeState)
                    ? stopReason
                    : "`" + cause + "` " +
                          (causeState == NodeState::Failed ? "failed"
                           : causeState == NodeState::Held ? "is held"
                                                           : stateName(causeState).str());
  endWith(skipped.node, std::move(skip));
}

void Build::stop(llvm::StringRef reason) {
  stopped = true;
  stopReason = reason.str();
  for (plan::NodeId node : scheduler.stop()) {
    NodeResult skip;
    skip.state = NodeState::Skipped;
    skip.reason = reason.str();
    endWith(node, std::move(skip));
  }
}

/// The world broke while the node ran. That the store is unusable is no failure of the node: the
/// same build elsewhere may succeed.
void Build::endBroken(plan::NodeId node, llvm::Error error) {
  bool isStore = error.isA<cas::UnusableStore>();
  auto [category, text] = base::describe(std::move(error));
  NodeResult end;
  end.state = isStore ? NodeState::Skipped : NodeState::Failed;
  end.reason = text;
  if (!isStore)
    end.failure = StepFailure{"R1000", text, plan.nodes[node].location, false};
  finish(node, std::move(end));
  giveUp(isStore ? llvm::make_error<cas::UnusableStore>(text) : base::worldError(text));
}

/// An unusable store is told of once, and only if nothing else is broken.
void Build::giveUp(llvm::Error error) {
  if (broken && error.isA<cas::UnusableStore>())
    llvm::consumeError(std::move(error));
  else if (broken && !broken->isA<cas::UnusableStore>())
    broken = llvm::joinErrors(std::move(*broken), std::move(error));
  else if (broken)
    llvm::consumeError(std::exchange(*broken, std::move(error)));
  else
    broken = std::move(error);
  if (!stopped)
    stop("the machine failed");
}

llvm::Expected<NodeResult> Build::runEffect(plan::NodeId node) {
  assert(effects && "a plan with effects needs an EffectRunner");
  auto action = executor.bind(node);
  if (!action)
    return action.takeError();
  if (!*action) {
    NodeResult would;
    would.state = NodeState::Succeeded;
    would.reason = "something it depends on would execute";
    return would;
  }
  auto key = executor.keyContext(node);
  if (!key)
    return key.takeError();
  auto resultOf = [&](plan::NodeId other) -> const NodeResult& { return result.nodes[other]; };
  auto aside = [&](llvm::function_ref<void()> wait) { standAside(wait); };
  EffectContext context{plan,         options,  executor.steps(),    world.secrets,
                        world.grants, observer, std::move(**action), std::move(*key),
                        resultOf,     aside};
  return effects->run(node, context);
}

/// A new worker takes this one's place; who is one too many afterwards ends at its next turn.
void Build::standAside(llvm::function_ref<void()> wait) {
  {
    std::lock_guard lock(mutex);
    workers.emplace_back([this] { work(); });
  }
  wait();
  std::lock_guard lock(mutex);
  ++surplus;
  changed.notify_all();
}

// ---- expansions ----------------------------------------------------------------

static NodeResult failed(StepFailure failure) {
  NodeResult result;
  result.state = NodeState::Failed;
  result.reason = failure.message;
  result.failure = std::move(failure);
  return result;
}

/// The one place where a plan grows.
void Build::grow(plan::NodeId expansion, const plan::Growth& growth) {
  for (const std::string& warning : growth.warnings)
    observer.warning(warning);
  std::vector<int64_t> times = expectedTimes(plan, growth.firstNew.index, world.memory);
  std::lock_guard lock(mutex);
  result.nodes.resize(plan.nodes.size());
  if (!times.empty())
    observer.planGrew(expansion, growth.firstNew);
  for (const Scheduler::Skipped& skipped : scheduler.grow(expansion, growth, times))
    skip(skipped);
  changed.notify_all();
}

/// In a dry run: why the list, or what takes lists, cannot be known; nullopt if it can.
std::optional<std::string> Build::whyUnknown(plan::NodeId node) const {
  const plan::Node& what = plan.nodes[node];
  const plan::Expansion* expansion = what.expansion();
  if (expansion && expansion->of && !executor.content(*expansion->of))
    return "which files there are is known when `" + plan.nodes[expansion->of->node].label +
           "` has been built";
  for (plan::NodeId list : what.waits)
    if (plan.nodes[list].expansion() && result.nodes[list].state == NodeState::Succeeded)
      return result.nodes[list].reason;
  return std::nullopt;
}

/// Of an expansion, or of a node that is still deferred: then an expansion before has failed to
/// complete it, or has not happened in a dry run.
llvm::Expected<NodeResult> Build::expand(plan::NodeId node) {
  assert(expander && "a plan with expansions needs an Expander");
  if (auto why = options.dryRun ? whyUnknown(node) : std::nullopt) {
    NodeResult would;
    would.state = NodeState::Succeeded;
    would.reason = std::move(*why);
    return would;
  }
  std::vector<std::string> files;
  const plan::Expansion* expansion = plan.nodes[node].expansion();
  if (expansion && expansion->of) {
    auto found =
        matchingFiles(world.store, executor.content(*expansion->of)->digest, expansion->patterns);
    if (!found) {
      auto [category, text] = base::describe(found.takeError());
      if (category == base::ErrorCategory::Usage)
        return failed({"R1001", text, plan.nodes[node].location, false});
      return base::worldError(text);
    }
    files = std::move(*found);
  }
  std::lock_guard lock(expanding);
  auto growth = expander->expand(plan, node, files);
  if (!growth)
    return growth.takeError();
  grow(node, *growth);
  if (growth->failure)
    return failed(
        {growth->failure->code, growth->failure->message, growth->failure->location, false});
  assert(!plan.nodes[node].deferred && "all its lists have been expanded without a failure");
  NodeResult done;
  done.state = NodeState::Cached;
  return done;
}

// ---- what the store has lost ---------------------------------------------------

/// Runs again what made content that the store has lost, or of which it has found that it is
/// damaged. A node is Cached if all it made was there when it was looked up; that it cannot be used
/// shows when somebody needs it.
llvm::Error Build::remakeWhatItNeeds(plan::NodeId node) {
  for (plan::NodeId needed : plan::dependencies(plan.nodes[node]))
    if (llvm::Error error = remake(needed))
      return error;
  return llvm::Error::success();
}

llvm::Error Build::remake(plan::NodeId node) {
  const plan::Node& what = plan.nodes[node];
  if (what.isEffect() || (result.nodes[node].outputs.empty() && !result.nodes[node].report))
    return llvm::Error::success();
  auto stored = what.isTree() ? llvm::Expected<bool>(false) : executor.isStored(node);
  if (!stored || *stored)
    return stored.takeError();
  if (what.isTree())
    if (llvm::Error error = remakeWhatItNeeds(node))
      return error;
  auto again = runNode(node);
  if (!again)
    return again.takeError();
  if (again->outputs != result.nodes[node].outputs)
    return base::worldError(
        "what `" + what.label + "` had made is lost, and now it " +
        (again->failure ? "fails: " + again->reason : "makes something else; run the build again"));
  if (isSuccess(again->state) && again->state != NodeState::Cached) {
    again->reason = "what it had made is lost or damaged";
    observer.nodeRemade(node, *again);
    std::lock_guard lock(mutex);
    remade.emplace_back(node, std::move(*again));
  }
  return llvm::Error::success();
}

/// Nobody else reads results now.
void Build::takeRemade() {
  for (auto& [node, again] : remade)
    result.nodes[node] = std::move(again);
  remade.clear();
}

llvm::Error Build::useOutputs(UseOutputs use) {
  static constexpr int Attempts = 3; // more can be lost meanwhile
  for (int attempt = 1;; ++attempt) {
    auto lost = use(result);
    if (!lost)
      return lost.takeError();
    if (lost->empty() || result.interrupted)
      return llvm::Error::success();
    if (attempt == Attempts)
      return base::worldError("what `" + plan.nodes[lost->front()].label +
                              "` makes is lost again and again; `pipec cache verify` looks why");
    for (plan::NodeId node : *lost)
      if (llvm::Error error = remake(node))
        return error;
    takeRemade();
  }
}

llvm::Expected<NodeResult> Build::runNode(plan::NodeId node) {
  static constexpr int Attempts = 3; // more can be lost meanwhile
  for (int attempt = 1;; ++attempt) {
    auto outcome = runOnce(node);
    if (outcome || !outcome.errorIsA<cas::LostContent>() || options.dryRun || attempt == Attempts)
      return outcome;
    llvm::consumeError(outcome.takeError());
    if (llvm::Error error = remakeWhatItNeeds(node))
      return error;
  }
}

llvm::Expected<NodeResult> Build::runOnce(plan::NodeId node) {
  if (plan.nodes[node].expansion() || plan.nodes[node].deferred)
    return expand(node);
  return plan.nodes[node].isEffect() ? runEffect(node) : executor.run(node);
}

/// Stages end outside the lock: their end may write to disk and wait for nobody else.
llvm::Error Build::finishStages(std::unique_lock<std::mutex>& lock) {
  std::vector<plan::StageId> stages = scheduler.takeFinishedStages();
  if (stages.empty() || !effects)
    return llvm::Error::success();
  lock.unlock();
  llvm::Error error = llvm::Error::success();
  for (plan::StageId stage : stages)
    error = llvm::joinErrors(std::move(error), effects->stageFinished(stage));
  lock.lock();
  return error;
}

void Build::work() {
  std::unique_lock lock(mutex);
  for (;;) {
    if (isInterrupted() && !stopped) {
      result.interrupted = true;
      stop("interrupted");
    }
    if (surplus > 0) {
      --surplus;
      break;
    }
    std::optional<plan::NodeId> node = scheduler.next();
    if (!node) {
      if (scheduler.done())
        break;
      changed.wait(lock);
      continue;
    }
    if (!scheduler.idle())
      changed.notify_one();
    lock.unlock();
    llvm::Expected<NodeResult> outcome = runNode(*node);
    lock.lock();
    if (!outcome) {
      endBroken(*node, outcome.takeError());
    } else {
      finish(*node, std::move(*outcome));
    }
    if (llvm::Error error = finishStages(lock))
      giveUp(std::move(error));
    // Whoever gets a node wakes the next one; the last wakes all, so that they see the end.
  }
  changed.notify_all();
}

void Build::joinWorkers() {
  for (size_t i = 0;; ++i) {
    std::thread worker;
    {
      std::lock_guard lock(mutex);
      if (i == workers.size())
        return;
      worker = std::move(workers[i]);
    }
    worker.join();
  }
}

llvm::Expected<BuildResult> Build::run(UseOutputs use) {
  std::optional<Cancellation::Listener> listener;
  if (world.cancellation)
    listener.emplace(*world.cancellation, [this](Cancellation::Level) {
      std::lock_guard lock(mutex);
      changed.notify_all();
    });
  observer.buildStarted(plan);
  size_t useful = std::max(1u, options.jobs);
  if (!expander)
    useful = std::min<size_t>(useful, plan.nodes.size());
  {
    std::lock_guard lock(mutex);
    for (size_t i = 1; i < useful; ++i)
      workers.emplace_back([this] { work(); });
  }
  work();
  joinWorkers();
  listener.reset();
  takeRemade();
  // What waited for a stage that never became complete.
  if (!stopped)
    stop("something before its stage did not succeed");
  result.interrupted |= isInterrupted();
  if (broken)
    return std::move(*broken);
  if (use)
    if (llvm::Error error = useOutputs(use))
      return error;
  return std::move(result);
}

llvm::Expected<BuildResult> build(plan::Plan& plan, const BuildOptions& options, World& world,
                                  EffectRunner* effects, plan::Expander* expander,
                                  BuildObserver& observer, UseOutputs use) {
  return Build(plan, options, world, effects, expander, observer).run(use);
}

} // namespace pipec::exec
