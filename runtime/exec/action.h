// One action's life: bind its inputs, compute its key, look it up, else execute and record it.
#pragma once

#include "compiler/plan/action_key.h"
#include "runtime/exec/build.h"
#include "runtime/exec/explain.h"
#include "runtime/exec/pool_index.h"
#include "runtime/exec/step.h"
#include "runtime/exec/tree.h"

#include "llvm/ADT/DenseSet.h"

#include <condition_variable>
#include <mutex>
#include <set>

namespace pipec::exec {

char keyKind(cas::EntryKind kind);
/// What a person calls an artifact: a path of the repository, or the label of its maker.
std::string nameOf(const plan::Plan& plan, const plan::ArtifactRef& artifact);

/// Whether a result is one that the step can have made: nothing that it does not declare is taken
/// from a cache, whoever wrote it.
bool isResultOf(const plan::ActionSpec& spec, const cache::ActionResult& result);

/// Executes trees, builds, hermetic tests and sources of one plan, and binds the inputs of effects.
/// Safe to use from several threads, each on a node of its own whose dependencies have finished.
class ActionExecutor {
public:
  ActionExecutor(const plan::Plan& plan, const BuildOptions& options, World& world,
                 BuildObserver& observer,
                 const base::GrowingVector<plan::NodeId, NodeResult>& results);

  /// Anything but an effect.
  llvm::Expected<NodeResult> run(plan::NodeId node);

  /// The action with the content of all it mentions. nullopt: something is not known in a dry run.
  llvm::Expected<std::optional<BoundAction>> bind(plan::NodeId node);
  /// What its key is made of; everything it mentions must be known.
  llvm::Expected<plan::KeyContext> keyContext(plan::NodeId node);

  /// The content of an output; null if it is not known.
  const cas::Content* content(const plan::ArtifactRef& artifact) const;

  /// Whether everything that a finished node made is in the store.
  llvm::Expected<bool> isStored(plan::NodeId node);

  StepRunner& steps() { return stepRunner; }

private:
  llvm::Expected<NodeResult> runTree(plan::NodeId node);
  llvm::Expected<NodeResult> runSource(plan::NodeId node);
  llvm::Expected<NodeResult> runHermetic(plan::NodeId node);
  /// And once more, cached or not; tells what differs (determinism.cpp).
  llvm::Expected<NodeResult> runTwice(plan::NodeId node);

  bool inputsKnown(plan::NodeId node) const;
  NodeResult wouldExecute(plan::NodeId node, const Reason& why) const;

  /// Serves `key` from the cache. nullopt: it has to execute.
  llvm::Expected<std::optional<NodeResult>> lookUp(plan::NodeId node, const base::Digest& key);
  llvm::Expected<bool> stillStored(const cache::ActionResult& result);
  /// Why a node whose key is `key` is not served (explain.cpp).
  Reason explain(plan::NodeId node, const base::Digest& key,
                 const std::vector<base::Field>& fields);
  Reason explainChange(const base::Digest& last, const std::vector<base::Field>& fields);
  /// Why a result that was there is there no more.
  std::string whyLost(plan::NodeId node, const base::Digest& key);
  /// Runs the commands with retries; fills the result and, if it may be, the cache. `context` gives
  /// the key, and `why` the reason to execute.
  llvm::Expected<NodeResult> execute(plan::NodeId node, plan::KeyContext context, const Reason& why,
                                     const StepOptions& options);
  // How execute() ends, with the result of the last attempt.
  llvm::Expected<NodeResult> succeeded(plan::NodeId node, const plan::KeyContext& context,
                                       const Reason& why, NodeResult result);
  llvm::Expected<NodeResult> failed(plan::NodeId node, const plan::KeyContext& context,
                                    NodeResult result);
  llvm::Error forgetPass(const plan::ActionSpec& spec, const base::Digest& key);
  llvm::Error record(plan::NodeId node, const base::Digest& key,
                     const std::vector<base::Field>& fields, const NodeResult& result);
  /// With --fail-on-miss: the result of a node that would have to execute.
  static NodeResult missed(const plan::Node& node, const base::Digest& key, const Reason& why);

  // What is found out about a step once it has run (hindsight.cpp).
  bool isTraced(plan::NodeId node) const;
  /// Also warns of what the user should know, though it is no failure.
  llvm::Expected<NodeResult> resultOf(plan::NodeId node, StepOutcome outcome,
                                      const base::Digest& key);
  llvm::Expected<std::vector<std::string>> findModified(plan::NodeId node,
                                                        const cache::ReadSet& reads);
  llvm::Error addUndeclaredRead(plan::NodeId node, NodeResult& result);

  // Pools (pool.cpp): a key without them, then the sets of files that earlier runs read.
  /// Gives `context` the files of `reads` as they are now. False: one is not there any more.
  llvm::Expected<bool> addReads(plan::NodeId node, const cache::ReadSet& reads,
                                plan::KeyContext& context);
  /// Serves a build with pools. `context` has no reads yet.
  llvm::Expected<std::optional<NodeResult>> lookUpReads(plan::NodeId node,
                                                        const plan::KeyContext& context);
  /// Gives `context` what the node read the last time, as far as it is still there: what there is
  /// to compare with before it has run again.
  llvm::Error addLastReads(plan::NodeId node, plan::KeyContext& context);
  /// Gives `context` what the step read, and remembers it for later look-ups.
  llvm::Error keepReads(plan::NodeId node, const cache::ReadSet& reads, plan::KeyContext& context);

  /// plan::computeActionKey().
  base::Digest keyOf(const plan::ActionSpec& spec, const plan::KeyContext& context);
  /// Checks `digest = "sha256:…"` against the one file that a source made; fills `result.failure`.
  void verifyDigest(const plan::Node& node, NodeResult& result);
  llvm::Expected<StepOptions> sourceOptions(plan::NodeId node);
  /// Finds out the identity of a source with `resolve`: from its pin, its own answer, or what it
  /// was the last time. A result that is no success says why it is not known.
  llvm::Expected<NodeResult> identify(plan::NodeId node, const BoundAction& action,
                                      const plan::KeyContext& context, const StepOptions& options);
  /// Why the identity is that, if nobody was asked; else empty.
  std::string pinOf(const base::Digest& question, llvm::StringRef identity) const;
  /// Whether the lock file has the node for another question, as a failure; else warns where it is
  /// pinned for other parameters.
  std::optional<StepFailure> checkPin(plan::NodeId node);
  /// Runs `resolve`; a succeeded result has the identity.
  llvm::Expected<NodeResult> resolve(plan::NodeId node, const BoundAction& action,
                                     const StepOptions& options);

  /// A source whose identity is known: from the cache, or by its `run`.
  llvm::Expected<NodeResult> fetch(plan::NodeId node, const plan::KeyContext& context,
                                   const StepOptions& options);

  /// Actions with one key run one after the other, so that the second is served what the first
  /// made.
  class KeyLock {
  public:
    KeyLock(ActionExecutor& executor, const base::Digest& key);
    ~KeyLock();
    KeyLock(const KeyLock&) = delete;
    KeyLock& operator=(const KeyLock&) = delete;

  private:
    ActionExecutor& owner;
    base::Digest key;
  };

  const plan::Plan& plan;
  const BuildOptions& options;
  World& world;
  BuildObserver& observer;
  const base::GrowingVector<plan::NodeId, NodeResult>& results;
  StepRunner stepRunner;
  PoolIndexes poolIndexes;
  std::mutex keysMutex;
  std::condition_variable keysChanged;
  std::set<base::Digest> keysInFlight;
  /// With onlyResolve: what other nodes of the plan need, as it was in the beginning.
  std::vector<bool> isNeeded;
};

} // namespace pipec::exec
