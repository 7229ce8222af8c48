// Carrying out a request: with the cache that is asked for, and once more with that of the
// workspace if the former turns out to be unusable.
#include "runtime/engine/engine.h"

#include "compiler/base/error.h"
#include "runtime/engine/session.h"
#include "runtime/exec/observer_list.h"
#include "runtime/host/process.h"
#include "runtime/retention/collect.h"
#include "runtime/retention/kept_outputs.h"

#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <optional>

namespace pipec::engine {

namespace {

/// One attempt at a request, with one cache.
class Attempt {
public:
  Attempt(BuildRequest& what, BuildObserver& watcher, exec::Cancellation& ends)
      : request(what), observer(watcher), cancellation(ends) {}

  llvm::Error run();
  /// Why the cache cannot be used, if that of the workspace has not been tried.
  const std::optional<std::string>& whyUnusable() const { return unusableCache; }

private:
  using Lost = llvm::Expected<std::vector<plan::NodeId>>;

  llvm::Error open();
  llvm::Error buildAll();
  llvm::Error buildOne(SelectedPlan& plan);
  llvm::Expected<std::string> newId();
  Lost keepOutputs(const SelectedPlan& plan, const exec::BuildResult& soFar, llvm::Error& problems);
  llvm::Error dropForgottenOutputs();
  llvm::Expected<bool> takeLockBack();
  void collect();

  BuildRequest& request;
  BuildObserver& observer;
  exec::Cancellation& cancellation;
  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  std::optional<workspace::WorkspaceLock> lock;
  std::atomic<bool> lockIsLent = false; ///< while the build waits for a person, and until it ends
  std::unique_ptr<Session> session;
  BuildReport report;
  std::optional<std::string> unusableCache;
};

} // namespace

// ---- opening -------------------------------------------------------------------

llvm::Error Attempt::open() {
  auto warn = [this](llvm::StringRef message) { observer.warning(message); };
  if (llvm::Error error = workspace::prepareState(request.workspace, warn))
    return error;
  auto taken = workspace::WorkspaceLock::take(
      request.workspace, [this](llvm::StringRef holder) { observer.waiting(holder); });
  if (!taken)
    return taken.takeError();
  lock.emplace(std::move(*taken));
  auto opened = Session::open(request.workspace, request.places, request.configuration,
                              request.trust, request.sandbox, Purpose::Build, cancellation, warn);
  if (!opened)
    return opened.takeError();
  session = std::move(*opened);
  session->waits = [this] {
    lockIsLent = true;
    lock->lend();
  };
  return llvm::Error::success();
}

/// False: another process has built here while this one waited.
llvm::Expected<bool> Attempt::takeLockBack() {
  if (!lockIsLent.exchange(false))
    return true;
  return lock->takeBack([this](llvm::StringRef holder) {
    observer.note(("waiting for " + holder + ", which builds in this workspace").str());
  });
}

// ---- building ------------------------------------------------------------------

static history::ExecutionState stateOf(const exec::BuildResult& result) {
  return result.interrupted       ? history::ExecutionState::Stopped
         : result.anyFailed()     ? history::ExecutionState::Failed
         : result.anyHeld()       ? history::ExecutionState::Held
         : result.anySuperseded() ? history::ExecutionState::Superseded
                                  : history::ExecutionState::Succeeded;
}

/// Of the execution that begins, or of the next attempt of the one that is retried.
llvm::Expected<std::string> Attempt::newId() {
  if (request.retried.empty())
    return history::newExecutionId();
  auto attempts = session->history().attempts(request.retried);
  if (!attempts)
    return attempts.takeError();
  history::AttemptName name{request.retried, 2};
  if (!attempts->empty())
    name.number = history::AttemptName::of(attempts->back().id).number + 1;
  return name.id();
}

/// Brings `.pipec/out` up to date, unless another build has done so meanwhile. What cannot be kept
/// is added to `problems`.
Attempt::Lost Attempt::keepOutputs(const SelectedPlan& plan, const exec::BuildResult& soFar,
                                   llvm::Error& problems) {
  auto mine = takeLockBack();
  if (!mine)
    return mine.takeError();
  if (!*mine) {
    observer.note(
        "another build has worked here meanwhile; the copies in `.pipec/out` are its own");
    return std::vector<plan::NodeId>();
  }
  retention::KeptOutputs kept(request.workspace, session->store());
  auto lost = kept.update(plan.whole(), plan.wanted, soFar,
                          [&](llvm::StringRef path) { observer.note(("wrote " + path).str()); });
  if (lost)
    return lost;
  problems = llvm::joinErrors(std::move(problems), lost.takeError());
  return std::vector<plan::NodeId>();
}

llvm::Error Attempt::buildOne(SelectedPlan& plan) {
  exec::BuildOptions options = request.options;
  auto id = newId();
  if (!id)
    return id.takeError();
  options.execution = std::move(*id);
  std::unique_ptr<history::Recorder> recorder = session->history().begin(
      plan.wanted, options.execution, {plan.labels, options.noDeploy}, host::describeThisProcess());
  exec::ObserverList observers;
  for (exec::BuildObserver* other : observer.observersOf(plan.wanted, options.execution))
    observers.add(*other);
  observers.add(*recorder);
  llvm::Error problems = llvm::Error::success();
  auto result = session->build(plan, options, observers, [&](const exec::BuildResult& soFar) {
    return keepOutputs(plan, soFar, problems);
  });
  if (result) {
    recorder->finish(stateOf(*result));
    report.pipelines.push_back({&plan.wanted, options.execution, std::move(*result)});
    return problems;
  }
  llvm::consumeError(std::move(problems));
  if (result.errorIsA<cas::UnusableStore>() && session->hasOtherCache() &&
      !cancellation.isRequested()) {
    recorder->finish(history::ExecutionState::Stopped);
    unusableCache = base::describe(result.takeError()).second;
    return llvm::Error::success();
  }
  recorder->finish(history::ExecutionState::Failed);
  report.machineFailed = true;
  if (!observer.toldMachineFailure())
    return result.takeError();
  llvm::consumeError(result.takeError());
  return llvm::Error::success();
}

llvm::Error Attempt::buildAll() {
  for (SelectedPlan& plan : request.plans) {
    if (cancellation.isRequested())
      break;
    if (llvm::Error error = buildOne(plan))
      return error;
    if (unusableCache)
      return llvm::Error::success();
    if (report.machineFailed ||
        (report.pipelines.back().result.anyFailed() && !request.options.keepGoing))
      break;
  }
  return dropForgottenOutputs();
}

// ---- what must stay, and what need not -----------------------------------------

/// Copies whose pipeline is no longer in its file, or whose file is gone.
llvm::Error Attempt::dropForgottenOutputs() {
  retention::KeptOutputs kept(request.workspace, session->store());
  for (const DeclaredPipelines& declared : request.declared)
    if (llvm::Error error = kept.dropPipelines(declared.file, declared.names))
      return error;
  return kept.dropModules();
}

void Attempt::collect() {
  auto warn = [this](llvm::StringRef message) { observer.warning(message); };
  // Only after a build that has added something: without that nothing needs to go.
  if (session->store().hasAdditions()) {
    auto collected = retention::collectCache(session->cache(), session->store(), session->results(),
                                             request.cacheLimits, retention::Effort::AfterBuild,
                                             report.duration, warn);
    if (!collected)
      warn("the cache could not be collected: " + base::describe(collected.takeError()).second);
  }
  if (llvm::Error problem = retention::pruneHistory(session->history(), request.historyLimits,
                                                    stateFolder(request.workspace, request.places)))
    warn("old executions could not be removed: " + base::describe(std::move(problem)).second);
}

llvm::Error Attempt::run() {
  if (llvm::Error error = open())
    return error;
  llvm::Error error = observer.opened(session->history(), session->store());
  if (!error)
    error = buildAll();
  if (unusableCache) {
    observer.beginsAgain(*unusableCache);
    return error;
  }
  report.interrupted = cancellation.isRequested();
  report.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started);
  observer.finished(report, std::move(error));
  collect();
  return llvm::Error::success();
}

llvm::Error run(BuildRequest& request, BuildObserver& observer, exec::Cancellation& cancellation) {
  for (;;) {
    {
      Attempt attempt(request, observer, cancellation);
      llvm::Error error = attempt.run();
      if (error || !attempt.whyUnusable())
        return error;
    }
    request.places.cacheDirectory = cacheOfWorkspace(request.workspace);
    auto plans = request.makePlansAgain();
    if (!plans)
      return plans.takeError();
    request.plans = std::move(*plans);
  }
}

} // namespace pipec::engine
