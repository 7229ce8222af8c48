// Engine: a build from the lock of its workspace to the collection of the cache.
//
// Nothing here belongs to the process: several builds may run at once in one, each with a request
// of its own. Where two of them work in one workspace, the second waits, as another process would.
#pragma once

#include "runtime/cas/collection.h"
#include "runtime/engine/places.h"
#include "runtime/engine/program.h"
#include "runtime/exec/build.h"
#include "runtime/exec/cancellation.h"
#include "runtime/history/history.h"
#include "runtime/retention/limits.h"
#include "runtime/workspace/configuration.h"
#include "runtime/workspace/trust.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace pipec::engine {

/// The pipelines that a file declares now. What `.pipec/out` keeps of others of the file goes.
struct DeclaredPipelines {
  std::string file; ///< relative to the workspace
  std::vector<std::string> names;
};

struct BuildRequest {
  workspace::Workspace workspace;
  Places places;
  workspace::Configuration configuration;
  workspace::Trust trust{workspace::TrustMode::Remembered};
  exec::BuildOptions options; ///< without `pins` and `execution`, which each plan has of its own
  sandbox::SandboxMode sandbox = sandbox::SandboxMode::Auto;
  cas::Limits cacheLimits;
  retention::HistoryLimits historyLimits;
  /// Built in their order; the first that fails is the last unless `options.keepGoing`. They grow.
  std::vector<SelectedPlan> plans;
  /// The same plans as they were before they grew.
  std::function<llvm::Expected<std::vector<SelectedPlan>>()> makePlansAgain;
  std::vector<DeclaredPipelines> declared;
  std::string retried; ///< the execution of which the plan is a new attempt; empty: none
};

/// How the build of one plan ended.
struct PipelineReport {
  const plan::Plan* plan = nullptr; ///< of the request
  std::string execution;            ///< its id
  exec::BuildResult result;
};

struct BuildReport {
  std::vector<PipelineReport> pipelines; ///< those that were built to their end
  bool interrupted = false;
  bool machineFailed = false; ///< the world broke (R1000) in what is in no PipelineReport
  std::chrono::milliseconds duration{0};
};

/// Sees a request being carried out. Calls come from the thread of run(), but for warning() and
/// note(), which may come from any.
class BuildObserver {
public:
  virtual ~BuildObserver() = default;

  /// `holder` builds in the workspace; this build waits for it.
  virtual void waiting(llvm::StringRef holder) {}
  /// One sentence: something was slow, rebuilt, given up, or not believed.
  virtual void warning(llvm::StringRef message) {}
  /// One sentence of what is going on.
  virtual void note(llvm::StringRef message) {}

  /// The stores are open, for as long as the request is carried out or until beginsAgain().
  virtual llvm::Error opened(history::History& history, cas::ContentStore& store) {
    return llvm::Error::success();
  }
  /// The cache cannot be used, which is why all of it begins again with that of the workspace.
  virtual void beginsAgain(llvm::StringRef why) {}
  /// Who else is to see the build of the next plan, in the order of the calls.
  virtual std::vector<exec::BuildObserver*> observersOf(const plan::Plan& plan,
                                                        llvm::StringRef execution) {
    return {};
  }
  /// Whether the failure of the machine that ended a build has been told in one of the observers.
  virtual bool toldMachineFailure() const { return false; }
  /// All is built, and nothing of the cache and the history is removed yet. `error` is what went
  /// wrong besides the pipelines.
  virtual void finished(const BuildReport& report, llvm::Error error) {
    llvm::consumeError(std::move(error));
  }
};

/// Carries `request` out. An error: the build did not come to its end for want of something of the
/// world, before `opened` succeeded; all else is in what `finished` gets.
llvm::Error run(BuildRequest& request, BuildObserver& observer, exec::Cancellation& cancellation);

} // namespace pipec::engine
