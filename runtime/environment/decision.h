// The decisions about a deploy, as pure functions of what the ledger says.
#pragma once

#include "runtime/environment/state.h"

#include <optional>
#include <string>

namespace pipec::environment {

/// A deploy that has not begun.
struct Proposal {
  std::string environment; ///< its name, for messages
  base::Digest release;
  /// Live tests of the deploy's own stage judge it: without their pass it is not done.
  bool isTested = false;
  /// What the environment shows of itself counts: the deploy has a probe, and it was just asked.
  bool isProbed = false;
  bool isProtected = false;
  bool isNamed = false; ///< by `--deploy`
  int64_t now = 0;      ///< milliseconds since the epoch
};

struct Judgement {
  bool nothingToDo = false;
  std::string reason; ///< one clause: why there is nothing to do, or something
};

/// The only place where nothing to do is legal: the release is desired, recorded and, if tests
/// judge it, verified in this generation, and the environment does not show anything else. That it
/// was once there means nothing.
Judgement judge(const State& state, const Proposal& proposal);

/// "`Live` is frozen by ada (release week) until …: `pipec unfreeze Live` lifts it"; nullopt: it is
/// not, at `now`.
std::optional<std::string> whyFrozen(const State& state, llvm::StringRef name, int64_t now);

/// Why a person has to act before the deploy may: one clause that says what to type. nullopt: no
/// reason. Not asked if there is nothing to do.
std::optional<std::string> guard(const State& state, const Proposal& proposal);

} // namespace pipec::environment
