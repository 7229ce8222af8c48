// Tally: how a build's nodes ended, in numbers, and the line that says so.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/exec/build.h"

#include <cstdint>
#include <string>

namespace pipec::report {

/// Whether the node's `run` ran in this build: it succeeded, passed after a retry, or failed with
/// its commands started. A source of which only `resolve` ran is not counted.
bool ranItsCommands(const plan::Node& node, const exec::NodeResult& result);

/// Nodes without execution (`tree`) are in no number unless they failed. A failed step counts as
/// executed and as failed; every other node is in one number.
struct Tally {
  uint64_t executed = 0;
  uint64_t cached = 0;
  uint64_t failed = 0;
  uint64_t warned = 0; ///< failed tests with `on_fail = warn`
  uint64_t flaky = 0;  ///< executed, and passed after a retry
  uint64_t skipped = 0;
  uint64_t held = 0;
  uint64_t superseded = 0;
  uint64_t interrupted = 0;
  uint64_t repeated = 0;       ///< executed once more to see whether they are deterministic
  uint64_t irreproducible = 0; ///< those of them that are not

  void add(const plan::Node& node, const exec::NodeResult& result);
  Tally& operator+=(const Tally& other);
};

/// `pipec: 3 executed, 41 cached, 0 failed in 1.2 s`, with what else is not zero after `failed`; no
/// newline.
std::string finalLine(const Tally& tally, int64_t milliseconds);
/// The same of a dry run: `pipec: 3 to execute, 41 cached, 0 failed in 0.1 s`.
std::string dryRunFinalLine(const Tally& tally, int64_t milliseconds);

} // namespace pipec::report
