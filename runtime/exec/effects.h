// EffectRunner: the seam through which a build runs what changes or looks at an environment.
#pragma once

#include "compiler/plan/action_key.h"
#include "compiler/plan/plan.h"
#include "runtime/exec/build.h"
#include "runtime/exec/step.h"
#include "runtime/workspace/wish.h"

#include "llvm/Support/Error.h"

namespace pipec::exec {

/// What an effect may ask of the build it is part of.
struct EffectContext {
  const plan::Plan& plan;
  const BuildOptions& options;
  StepRunner& steps;
  SecretStore& secrets;
  const workspace::Grants& grants;
  BuildObserver& observer;
  /// The action with its content; of a deploy, `key` is what its release is made of.
  BoundAction action;
  plan::KeyContext key;
  /// Results of the nodes that have finished; those of `dependencies(node)` have.
  llvm::function_ref<const NodeResult&(plan::NodeId)> result;
  /// Calls `wait`, which waits for a person; meanwhile other nodes may use this one's worker.
  llvm::function_ref<void(llvm::function_ref<void()> wait)> standAside;
};

/// Runs deploys, live tests and approvals against the environments' ledgers. Safe to use from
/// several threads.
class EffectRunner {
public:
  virtual ~EffectRunner() = default;

  /// Runs one effect to its end. A failed deploy or test is a NodeResult; an error is the machine's
  /// fault. With `options.dryRun` says what would happen, and writes nothing.
  virtual llvm::Expected<NodeResult> run(plan::NodeId node, const EffectContext& context) = 0;

  /// All effects of the stage have ended (or will never start): locks that its deploys kept for its
  /// live tests are released, environments whose tests passed become stable.
  virtual llvm::Error stageFinished(plan::StageId stage) = 0;
};

} // namespace pipec::exec
