// Operator: runs the commands of a deploy on its environment, with a plan at hand or from what was
// recorded of a release.
#pragma once

#include "runtime/environment/ledger.h"
#include "runtime/exec/build.h"
#include "runtime/exec/step.h"
#include "runtime/workspace/wish.h"

#include "llvm/ADT/ArrayRef.h"

namespace pipec::environment {

/// `module:name` of an environment, and what its declaration says, now or when it was recorded.
struct Target {
  std::string identity;
  std::string name;
  std::vector<std::string> paths;
  std::vector<std::string> secretsFrom;
};
/// `name` of `module:name`.
llvm::StringRef nameOf(llvm::StringRef identity);
/// As it was when the release was recorded.
Target targetOf(llvm::StringRef identity, const Release& release);

/// The world that an operator acts in; all references outlive it.
struct OperatorWorld {
  Ledger& ledger;
  exec::StepRunner& steps;
  exec::SecretStore& secrets;
  const workspace::Grants& grants;
  std::string workspace; ///< absolute; relative `paths` of an environment are below it
  std::string actor;     ///< user name, for the log
  std::string execution; ///< empty: by hand
  std::vector<sandbox::Variable> networkEnvironment;
};

/// Whoever calls holds the environment's lock; `lock` is its descriptor, which the steps keep.
class Operator {
public:
  explicit Operator(OperatorWorld where) : world_(std::move(where)) {}

  /// What a step of these environments gets from the world. A failure is about something
  /// that is not granted, or a secret.
  llvm::Expected<std::optional<exec::StepFailure>>
  prepare(exec::StepOptions& step, const plan::ActionSpec& spec, const plan::Location& location,
          llvm::ArrayRef<Target> targets, int lock);
  void setFence(exec::StepOptions& step, uint64_t generation) const;

  struct Probe {
    State state;         ///< with what was seen, recorded; unprobed if it could not be asked
    std::string problem; ///< why it could not
  };
  /// Asks what the environment shows of itself. `action` has a probe.
  llvm::Expected<Probe> probe(const Target& target, const exec::BoundAction& action,
                              const std::vector<std::string>& deploymentUrls, State state,
                              int lock);

  struct Undo {
    std::string environment; ///< its identity
    Release undone;          ///< what is to go
    Release stable;          ///< what is to come back
    std::string by;          ///< the execution or user, for the hold
    std::string reason;
    int lock = -1;
    Ledger::Guard guard = nullptr; ///< asked when it begins
  };
  enum class UndoState : uint8_t {
    Done,
    Held,    ///< `guard` has refused it: nothing was begun
    Refused, ///< nothing was begun
    Failed,  ///< what the environment runs is unknown
  };
  struct Undone {
    UndoState state = UndoState::Refused;
    std::string text; ///< one clause: what came of it
    std::optional<exec::StepOutcome> outcome;
  };
  /// Back to `stable`, by the `rollback` clause of what is undone or, where it has none (or is the
  /// same release), by the `run` of `stable`, both as they were recorded. `stable` is the stable
  /// release from then on, and what is undone is held back.
  llvm::Expected<Undone> rollBack(const Undo& undo);

  const OperatorWorld& world() const { return world_; }

private:
  llvm::Expected<Undone> undo(const Undo& undo, const exec::BoundAction& action,
                              llvm::ArrayRef<plan::Command> commands, exec::StepOptions& step);
  llvm::Expected<std::optional<Origin>> originOf(llvm::StringRef environment,
                                                 const base::Digest& release);

  OperatorWorld world_;
};

} // namespace pipec::environment
