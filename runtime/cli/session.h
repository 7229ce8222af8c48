// Session: the world of one build or dry run, opened and taken down in the right order.
#pragma once

#include "runtime/cache/file_digests.h"
#include "runtime/cas/content_store.h"
#include "runtime/cli/configuration.h"
#include "runtime/cli/options.h"
#include "runtime/cli/program.h"
#include "runtime/cli/scoped_memory.h"
#include "runtime/cli/step_scratch.h"
#include "runtime/cli/trust.h"
#include "runtime/cli/workspace.h"
#include "runtime/environment/ledger.h"
#include "runtime/environment/operator.h"
#include "runtime/exec/build.h"
#include "runtime/history/history.h"
#include "runtime/sandbox/spawn.h"

#include "llvm/Support/Error.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace pipec::cli {

/// `--cache-dir`, else PIPEC_CACHE_DIR, else `$XDG_CACHE_HOME/pipec`, else `~/.cache/pipec`;
/// without a home, `cache` in the workspace's state. Absolute.
std::string cacheFolder(const Workspace& workspace, const CommonSettings& settings);
/// What takes its place if it cannot be written: `cache` in the workspace's state.
std::string cacheOfWorkspace(const Workspace& workspace);
/// Where the deploy state is: `--state-dir`, or the workspace's `.pipec`. Absolute.
std::string stateFolder(const Workspace& workspace, const CommonSettings& settings);

enum class Use : uint8_t {
  Read,  ///< makes nothing
  Write, ///< makes the folder if it is not there
};
/// cacheFolder(), held (runtime/folder/own_folder.h) if it is there. An error that names the
/// remedy: it is another user's, or others may write to it, or it is the workspace's and not
/// believed.
llvm::Expected<std::string> openCacheFolder(const Workspace& workspace,
                                            const CommonSettings& settings, Use use);
/// The ledger in stateFolder(), which is held, as above; a group may share one of `--state-dir`.
/// That of the workspace has to be one that is believed: an empty one never takes its place.
llvm::Expected<std::unique_ptr<environment::Ledger>> openDeployState(const Workspace& workspace,
                                                                     const CommonSettings& settings,
                                                                     environment::Access access,
                                                                     const Warn& warn);

enum class Purpose : uint8_t {
  Build,
  DryRun, ///< writes nothing
};

class Session {
public:
  /// `warn` may be called from any thread as long as the session lives.
  static llvm::Expected<std::unique_ptr<Session>>
  open(const Workspace& workspace, const CommonSettings& settings,
       const Configuration& configuration, const Trust& trust, sandbox::SandboxMode sandbox,
       Purpose purpose, Warn warn);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  cas::ContentStore& store() { return *contents; }
  sandbox::SpawnRunner& runner() { return *spawns; }
  /// Whether the workspace's own cache can be tried if this one turns out to be unusable.
  bool hasOtherCache() const { return mayMove; }
  history::History& history() { return *executions; }
  cache::ActionCache& results() { return *actions; }
  /// The folder of the cache that is used.
  const std::string& cache() const { return cacheInUse; }

  /// Stops the build that runs, or keeps the next one from starting. May be called from a
  /// signal-handling thread; the second call kills at once.
  void interrupt();
  /// Stops the build that runs as interrupt() does, but lets effects that run end. For
  /// wasInterrupted() it is the same.
  void stop();
  bool wasInterrupted() const { return interruptions > 0; }

  /// Called when a build begins to wait for a person, from any thread.
  std::function<void()> waits = [] {};

  /// Builds what is wanted of a plan, by its pins; it grows by what its lists of run-time length
  /// consist of. An error is the machine's fault; a cas::UnusableStore if the same build with
  /// another cache folder may succeed.
  llvm::Expected<exec::BuildResult> build(SelectedPlan& selected, const exec::BuildOptions& options,
                                          exec::BuildObserver& observer, exec::UseOutputs use = {});

  /// For what a person does to an environment without a plan; ends with the session.
  llvm::Expected<environment::Operator>
  makeOperator(std::vector<sandbox::Variable> networkEnvironment);

private:
  llvm::Error openDeployState();
  exec::World worldOf(const plan::Plan& plan);
  llvm::Error flush();
  Session(const Workspace& place, const Trust& granted, Purpose use)
      : workspace(place), trust(granted), purpose(use) {}
  /// May put another folder into `cache`, if that cannot be written.
  llvm::Error openForBuild(std::string& cache);
  llvm::Error openStore(const std::string& cache);
  llvm::Error openDatabases(const std::string& cache);

  const Workspace workspace;
  const Trust trust;
  const Purpose purpose;
  Warn warning;
  std::atomic<int> interruptions = 0;
  CommonSettings common;
  std::string deployState;
  std::string cacheInUse;
  bool mayMove = false; ///< the cache is not the workspace's own, which may take its place
  std::optional<StepScratch> scratch;

  std::unique_ptr<cas::ContentStore> contents;
  std::unique_ptr<cache::ActionCache> actions;
  std::unique_ptr<cache::FileDigests> files;
  std::unique_ptr<cache::KeyMemo> keys;
  std::unique_ptr<sandbox::SpawnRunner> spawns;
  std::unique_ptr<exec::SecretStore> secrets;
  std::unique_ptr<history::History> executions;
  std::optional<UntrustedMemory> untrustedMemory; ///< of the plan that is built
  std::unique_ptr<exec::StepRunner> steps;        ///< of operators
  std::unique_ptr<environment::Ledger> ledger;    ///< opened when there are effects
};

} // namespace pipec::cli
