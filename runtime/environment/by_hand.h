// What a person does to an environment by a command: no plan, and its definition may be gone.
#pragma once

#include "runtime/environment/lock.h"
#include "runtime/environment/operator.h"

namespace pipec::environment {

struct HandRollback {
  std::string environment; ///< its identity
  /// The first digits of a release that was ever stable there; empty: the last that was.
  std::string to;
  std::string reason; ///< may be empty
};
enum class HandState : uint8_t {
  Done,    ///< also if there was nothing to do
  Held,    ///< the environment is frozen
  Refused, ///< nothing was begun: a secret or content is missing, or the environment is in use
  Failed,  ///< what the environment runs is unknown
};
struct HandResult {
  HandState state = HandState::Done;
  std::string text;                    ///< one clause: what came of it
  std::optional<base::Digest> release; ///< that is to be there
  std::optional<base::Digest> undone;  ///< that is held back now
  std::optional<exec::StepOutcome> outcome;
};
/// Takes the lock of the environment and goes back. A usage error if there is no such release, or
/// nothing to go back to.
llvm::Expected<HandResult> rollBackByHand(Operator& hands, const HandRollback& what,
                                          const EnvironmentLock::Wait& wait);

struct HandProbe {
  bool asked = false;  ///< the environment has answered
  std::string problem; ///< why it could not be asked; empty and not asked: it has no probe
};
/// Takes the lock of the environment and asks the probe of what is recorded there. The answer is in
/// its state.
llvm::Expected<HandProbe> probeByHand(Operator& hands, const std::string& environment,
                                      const EnvironmentLock::Wait& wait);

} // namespace pipec::environment
