// The build loop: worker threads take nodes from the scheduler until nothing is left to do.
#include "runtime/exec/build.h"

#include "compiler/base/error.h"
#include "runtime/exec/action.h"
#include "runtime/exec/effects.h"
#include "runtime/exec/scheduler.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace pipec::exec {

/// What interruptBuild() tells the running build, whichever thread it comes from.
static std::mutex interruptMutex;
static std::condition_variable* interruptWaiters = nullptr;
static std::atomic<int> interruptCount = 0;

static constexpr std::chrono::milliseconds InterruptGrace{5000};

void interruptBuild(sandbox::SpawnRunner& runner) {
  int before = interruptCount.fetch_add(1);
  runner.cancel(before == 0 ? InterruptGrace : std::chrono::milliseconds(0));
  std::lock_guard lock(interruptMutex);
  if (interruptWaiters)
    interruptWaiters->notify_all();
}

namespace {

/// One BuildObserver call at a time, whatever thread it comes from.
class SerialObserver final : public BuildObserver {
public:
  explicit SerialObserver(BuildObserver& observer) : target(observer) {}
  void buildStarted(const plan::Plan& plan) override {
    std::lock_guard lock(mutex);
    target.buildStarted(plan);
  }
  void nodeStarted(plan::NodeId node, llvm::StringRef activity) override {
    std::lock_guard lock(mutex);
    target.nodeStarted(node, activity);
  }
  void nodeFinished(plan::NodeId node, const NodeResult& result) override {
    std::lock_guard lock(mutex);
    target.nodeFinished(node, result);
  }
  void warning(llvm::StringRef message) override {
    std::lock_guard lock(mutex);
    target.warning(message);
  }

private:
  std::mutex mutex;
  BuildObserver& target;
};

class Build {
public:
  Build(const plan::Plan& what, const BuildOptions& how, World& where, EffectRunner* effectRunner,
        BuildObserver& watcher)
      : plan(what), options(how), effects(effectRunner), observer(watcher),
        scheduler(plan, options.keepGoing, expectedTimes(plan, where.memory)), world(where),
        executor(plan, options, world, observer, result.nodes) {
    result.nodes.resize(plan.nodes.size());
  }

  llvm::Expected<BuildResult> run();

private:
  static std::vector<int64_t> expectedTimes(const plan::Plan& plan, Memory& memory);

  void work();
  llvm::Expected<NodeResult> runNode(plan::NodeId node);
  llvm::Expected<NodeResult> runEffect(plan::NodeId node);
  void finish(plan::NodeId node, NodeResult outcome);
  void endWith(plan::NodeId node, NodeResult outcome);
  void stop(llvm::StringRef reason);
  llvm::Error finishStages(std::unique_lock<std::mutex>& lock);
  void giveUp(llvm::Error error);

  const plan::Plan& plan;
  const BuildOptions& options;
  EffectRunner* effects;
  SerialObserver observer;
  Scheduler scheduler;
  World& world;
  BuildResult result;
  ActionExecutor executor;

  std::mutex mutex; ///< guards scheduler, result and worldError
  std::condition_variable changed;
  std::optional<llvm::Error> broken; ///< the first error of the world
  bool stopped = false;
};

} // namespace

std::vector<int64_t> Build::expectedTimes(const plan::Plan& plan, Memory& memory) {
  // A step that never ran is taken for a second, so that long unknown chains still start early.
  static constexpr int64_t UnknownMs = 1000;
  std::vector<int64_t> times;
  times.reserve(plan.nodes.size());
  for (const plan::Node& node : plan.nodes)
    times.push_back(node.isTree() ? 0 : memory.lastDurationMs(node.label).value_or(UnknownMs) + 1);
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
  for (const Scheduler::Skipped& skipped : scheduler.finish(node, state, tolerated)) {
    NodeResult skip;
    skip.state = NodeState::Skipped;
    const std::string& cause = plan.nodes[skipped.because].label;
    NodeState causeState = result.nodes[skipped.because].state;
    skip.reason = "`" + cause + "` " +
                  (causeState == NodeState::Failed ? "failed"
                   : causeState == NodeState::Held ? "is held"
                                                   : stateName(causeState).str());
    endWith(skipped.node, std::move(skip));
  }
}

void Build::stop(llvm::StringRef reason) {
  stopped = true;
  for (plan::NodeId node : scheduler.stop()) {
    NodeResult skip;
    skip.state = NodeState::Skipped;
    skip.reason = reason.str();
    endWith(node, std::move(skip));
  }
}

void Build::giveUp(llvm::Error error) {
  if (broken)
    broken = llvm::joinErrors(std::move(*broken), std::move(error));
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
  EffectContext context{plan,
                        options,
                        executor.steps(),
                        world.secrets,
                        observer,
                        std::move(**action),
                        std::move(*key),
                        resultOf};
  return effects->run(node, context);
}

llvm::Expected<NodeResult> Build::runNode(plan::NodeId node) {
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
    if (interruptCount > 0 && !stopped) {
      result.interrupted = true;
      stop("interrupted");
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
      NodeResult failed;
      failed.state = NodeState::Failed;
      auto [category, text] = base::describe(outcome.takeError());
      failed.reason = text;
      failed.failure = StepFailure{"R1000", text, plan.nodes[*node].location, false};
      finish(*node, std::move(failed));
      giveUp(base::worldError(text));
    } else {
      finish(*node, std::move(*outcome));
    }
    if (llvm::Error error = finishStages(lock))
      giveUp(std::move(error));
    changed.notify_all();
  }
  changed.notify_all();
}

llvm::Expected<BuildResult> Build::run() {
  {
    std::lock_guard lock(interruptMutex);
    interruptWaiters = &changed;
  }
  observer.buildStarted(plan);
  std::vector<std::thread> threads;
  size_t useful = std::min<size_t>(std::max(1u, options.jobs), plan.nodes.size());
  for (size_t i = 1; i < useful; ++i)
    threads.emplace_back([this] { work(); });
  work();
  for (std::thread& thread : threads)
    thread.join();
  {
    std::lock_guard lock(interruptMutex);
    interruptWaiters = nullptr;
  }
  // What waited for a stage that never became complete.
  if (!stopped)
    stop("something before its stage did not succeed");
  result.interrupted |= interruptCount > 0;
  if (broken)
    return std::move(*broken);
  return std::move(result);
}

llvm::Expected<BuildResult> build(const plan::Plan& plan, const BuildOptions& options, World& world,
                                  EffectRunner* effects, BuildObserver& observer) {
  return Build(plan, options, world, effects, observer).run();
}

} // namespace pipec::exec
