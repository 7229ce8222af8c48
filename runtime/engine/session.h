// Session: the world of one build or dry run, opened and taken down in the right order.
#pragma once

#include "runtime/cache/file_digests.h"
#include "runtime/cas/content_store.h"
#include "runtime/engine/places.h"
#include "runtime/engine/program.h"
#include "runtime/engine/scoped_memory.h"
#include "runtime/engine/step_scratch.h"
#include "runtime/environment/ledger.h"
#include "runtime/environment/operator.h"
#include "runtime/exec/build.h"
#include "runtime/history/history.h"
#include "runtime/sandbox/spawn.h"
#include "runtime/workspace/configuration.h"
#include "runtime/workspace/trust.h"
#include "runtime/workspace/workspace.h"

#include "llvm/Support/Error.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace pipec::engine {

enum class Purpose : uint8_t {
  Build,
  DryRun, ///< writes nothing
};

class Session {
public:
  /// `warn` may be called from any thread as long as the session lives. `cancellation`, which
  /// outlives it, ends the build that runs, or keeps the next one from starting.
  static llvm::Expected<std::unique_ptr<Session>>
  open(const workspace::Workspace& workspace, const Places& places,
       const workspace::Configuration& configuration, const workspace::Trust& trust,
       sandbox::SandboxMode sandbox, Purpose purpose, exec::Cancellation& cancellation,
       workspace::Warn warn);
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
  Session(const workspace::Workspace& place, const workspace::Trust& granted, Purpose use,
          exec::Cancellation& ends)
      : workspace(place), trust(granted), purpose(use), cancellation(ends) {}
  /// May put another folder into `cache`, if that cannot be written.
  llvm::Error openForBuild(std::string& cache);
  llvm::Error openStore(const std::string& cache);
  llvm::Error openDatabases(const std::string& cache);

  const workspace::Workspace workspace;
  const workspace::Trust trust;
  const Purpose purpose;
  workspace::Warn warning;
  exec::Cancellation& cancellation;
  Places places;
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
  std::optional<UntrustedMemory> untrustedMemory;         ///< of the plan that is built
  std::unique_ptr<exec::StepRunner> steps;                ///< of operators
  std::unique_ptr<environment::Ledger> ledger;            ///< opened when there are effects
  std::optional<exec::Cancellation::Listener> cancelling; ///< of the steps
};

} // namespace pipec::engine
