// Build: brings a plan's roots up to date.
#pragma once

#include "compiler/plan/expander.h"
#include "compiler/plan/plan.h"
#include "runtime/cache/action_cache.h"
#include "runtime/cache/file_digests.h"
#include "runtime/cache/key_memo.h"
#include "runtime/cas/content_store.h"
#include "runtime/exec/cancellation.h"
#include "runtime/exec/pins.h"
#include "runtime/exec/repetition.h"
#include "runtime/exec/resources.h"
#include "runtime/exec/step.h"
#include "runtime/exec/wishes.h"
#include "runtime/sandbox/spawn.h"
#include "runtime/workspace/wish.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::exec {

/// The life of a node. Waiting → Ready → Running → one of the final states; Waiting → Skipped.
enum class NodeState : uint8_t {
  Waiting,
  Ready,
  Running,
  Succeeded, ///< its commands ran
  Cached,    ///< up to date without acting
  Failed,
  Flaky,   ///< passed after a retry
  Skipped, ///< something it needs failed, or no new work was to start
  Held,    ///< waits for a person: an approval, a protected environment, a freeze
  Superseded,
};
bool isFinal(NodeState state);
/// Succeeded, Cached or Flaky.
bool isSuccess(NodeState state);
/// `succeeded`, `cached`, … as the JSON documents have it.
llvm::StringRef stateName(NodeState state);

/// A try of a test or deploy that failed, and after which it was tried again.
struct Attempt {
  std::string failure; ///< why, as StepFailure::message
  std::optional<cas::Content> report;
  int64_t durationMs = 0;
};

struct NodeResult {
  NodeState state = NodeState::Waiting;
  /// One clause that says why: "`src/main.c` changed", "nothing changed", "`unit` failed".
  std::string reason;
  /// Each thing that differs from the last time, as a clause, if that is why it ran (or would).
  std::vector<std::string> changes;
  /// Files of the repository that were modified after it was given them: then it is not cached.
  std::vector<std::string> modified;
  std::optional<TraceReport> trace; ///< if it was traced
  std::optional<base::Digest> key;  ///< of an action: its key; of a deploy: the release
  std::vector<cache::ActionOutput> outputs;
  std::optional<cas::Content> report;
  /// What all attempts printed, one after the other.
  std::optional<base::Digest> stdoutDigest;
  std::optional<base::Digest> stderrDigest;
  std::optional<StepFailure> failure;
  std::vector<Attempt> earlier;         ///< the attempts before the one that decided, in order
  std::string identity;                 ///< of a source
  std::optional<base::Digest> question; ///< of a source with `resolve`, once its identity is known
  std::string url;                      ///< of a deploy
  uint64_t generation = 0;              ///< of a deploy: its environment's, after it
  std::string execution;  ///< id of the execution that produced the outputs; this one's if it ran
  int64_t started = 0;    ///< when the outputs were produced, milliseconds since the epoch
  int64_t durationMs = 0; ///< of all attempts
  int64_t cpuMs = 0;
  uint64_t peakMemory = 0;
  bool ranResolve = false; ///< of a source
  int64_t resolved = 0;   ///< of a source: when it did, milliseconds since the epoch; 0: it did not
  bool tolerated = false; ///< a failed test with `on_fail = warn`: recorded, and blocks nothing
  std::optional<Repetition> repetition; ///< with BuildOptions::checkDeterminism
  /// Executed again, it made something else. What it made first is as good as ever.
  bool isIrreproducible() const { return repetition && repetition->difference; }
};

struct BuildOptions {
  unsigned jobs = 1; ///< how many steps run at once
  Machine machine;   ///< and what they take together
  bool keepGoing = false;
  bool force = false;     ///< execute builds and tests although they are cached
  bool trace = false;     ///< execute the builds and tests among the plan's roots, and trace them
  bool offline = false;   ///< sources: the last known identity, no network
  bool noDeploy = false;  ///< stop before any effect
  bool untrusted = false; ///< nothing is granted, which implies noDeploy
  bool verify = false;    ///< run live tests again
  bool checkDeterminism = false; ///< execute builds and tests once more, and compare
  bool failOnMiss = false;       ///< a node that would have to execute fails instead
  bool dryRun = false;           ///< say what would happen; run nothing, write nothing
  bool queue = false;            ///< what waits for its environment is not superseded by newer ones
  bool waitForApproval = false;  ///< a gate without a verdict waits for it
  /// Of sources with `resolve` find out the identity alone; only what another node needs is
  /// fetched.
  bool onlyResolve = false;
  Pins pins;                         ///< a source with one of these questions is not asked
  std::vector<std::string> deployTo; ///< protected environments that may be deployed to
  std::vector<sandbox::Variable> networkEnvironment;
  /// The names of those of them that can change what a source gets: these are in its key.
  std::vector<std::string> countedVariables;
  std::optional<std::chrono::milliseconds> stepTimeout; ///< of steps that declare none
  std::string execution;                                ///< id of this execution
};

/// Sees a build as it happens. Calls come one at a time, from any thread.
class BuildObserver {
public:
  virtual ~BuildObserver() = default;
  /// The plan may grow; the nodes below `plan.nodes.size()` keep their places.
  virtual void buildStarted(const plan::Plan& plan) {}
  /// `expansion`, which has not finished yet, has added the nodes of the plan from `first` on.
  virtual void planGrew(plan::NodeId expansion, plan::NodeId first) {}
  virtual void nodeStarted(plan::NodeId node, llvm::StringRef activity) {}
  virtual void nodeFinished(plan::NodeId node, const NodeResult& result) {}
  /// A node that had finished as Cached has executed after all, because what was kept of it is
  /// lost. `result` takes the place of what nodeFinished() said; the outputs are the same.
  virtual void nodeRemade(plan::NodeId node, const NodeResult& result) {}
  /// One sentence for the user: something was slow, rebuilt or given up.
  virtual void warning(llvm::StringRef message) {}
};

/// Knows the value and version of secrets. nullopt: there is no such secret.
class SecretStore {
public:
  virtual ~SecretStore() = default;
  virtual llvm::Expected<std::optional<std::string>> value(llvm::StringRef name) = 0;
};

/// What earlier executions in this workspace resolved and recorded: the memory behind `--offline`
/// and the reasons.
class Memory {
public:
  virtual ~Memory() = default;
  /// The identity that the source with this spec key last resolved to.
  virtual std::optional<std::string> lastIdentity(const base::Digest& sourceKey) = 0;
  virtual void rememberIdentity(const base::Digest& sourceKey, llvm::StringRef identity) = 0;
  /// The key under which the node with this label last succeeded or was served.
  virtual std::optional<base::Digest> lastKey(llvm::StringRef label) = 0;
  virtual void rememberKey(llvm::StringRef label, const base::Digest& key) = 0;
  /// The key under which the node failed, if it did so the last time that it was run or served.
  virtual std::optional<base::Digest> lastFailure(llvm::StringRef label) = 0;
  /// Expected time of a node, for the critical path; nullopt if it never ran.
  virtual std::optional<int64_t> lastDurationMs(llvm::StringRef label) = 0;
};

/// Everything about the world that a build uses; all outlive it.
struct World {
  cas::ContentStore& store;
  cache::ActionCache& cache;
  cache::FileDigests& files;
  sandbox::SpawnRunner& runner;
  SecretStore& secrets;
  const workspace::Grants& grants;
  Memory& memory;
  std::string workspace;          ///< absolute
  std::string scratch;            ///< absolute; emptied by the caller
  bool mayMove = false;           ///< another cache folder can be tried if this one's disk is full
  cache::KeyMemo* keys = nullptr; ///< null: every key is computed
  Cancellation* cancellation = nullptr; ///< null: nobody ends the build before it is done
};

class EffectRunner;
struct BuildResult;

/// Looks at what a build that is about to end has made, and says whose outputs it needs and could
/// not find whole in the store: these are made again, and it is asked again.
using UseOutputs =
    llvm::function_ref<llvm::Expected<std::vector<plan::NodeId>>(const BuildResult& result)>;

struct BuildResult {
  base::GrowingVector<plan::NodeId, NodeResult> nodes; ///< of the plan as it is in the end
  bool interrupted = false;
  bool anyFailed() const; ///< or is not deterministic
  bool anyHeld() const;
  bool anySuperseded() const;
};

/// Runs the plan, which grows by what its expansions add; then calls `use`, if there is one.
/// `effects` may be null if the plan has none, `expander` if it has no expansions. An error is the
/// machine's fault; whatever had finished has been reported to `observer` and kept.
llvm::Expected<BuildResult> build(plan::Plan& plan, const BuildOptions& options, World& world,
                                  EffectRunner* effects, plan::Expander* expander,
                                  BuildObserver& observer, UseOutputs use = {});

/// What a request to end means for the steps that `runner` runs: TERM, and KILL after a while or at
/// once. After Stop, effects go on.
void cancelSteps(sandbox::SpawnRunner& runner, Cancellation::Level level);

} // namespace pipec::exec
