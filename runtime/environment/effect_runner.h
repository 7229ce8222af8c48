// LedgerEffectRunner: runs deploys, live tests and approvals against the ledger.
#pragma once

#include "runtime/environment/ledger.h"
#include "runtime/exec/effects.h"
#include "runtime/sandbox/spawn.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace pipec::environment {

struct EffectRunnerOptions {
  std::string workspace; ///< absolute; relative `paths` of an environment are below it
  std::string actor;     ///< user name, for the log; empty: that of the process
  /// When the execution that this one tries again looked at its sources, milliseconds since the
  /// epoch: what is taken from there is as old as that.
  std::optional<int64_t> retriedFrom;
  /// How long an effect waits for another one on the same environment.
  std::chrono::milliseconds lockTimeout = std::chrono::minutes(10);
  /// Whether the user has interrupted the build: ends the wait for a lock, and nothing is begun any
  /// more.
  std::function<bool()> interrupted = [] { return false; };
  /// Called when an effect begins to wait for a person, from any thread.
  std::function<void()> waits = [] {};
  /// Runs git, which says what the workspace was at; null: git runs on the machine itself.
  sandbox::SpawnRunner* runner = nullptr;
  std::string scratch; ///< for its steps; a folder that exists
  /// Where the fields of releases and of live tests' keys are kept for `pipec why`; may be null.
  cache::ActionCache* keys = nullptr;
};

/// What docs/delivery.md describes: guards, the environment's lock, the probe, the one place where
/// nothing to do is legal, intent before action, live tests under the same lock, rollback. For one
/// build; locks are released when it ends. `ledger` outlives it, and may be open for reading only
/// for a dry run.
std::unique_ptr<exec::EffectRunner> makeEffectRunner(Ledger& ledger, EffectRunnerOptions options);

} // namespace pipec::environment
