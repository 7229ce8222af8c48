// The failure of a step whose command did not succeed.
#pragma once

#include "runtime/exec/step.h"
#include "runtime/sandbox/spawn.h"

namespace pipec::exec {

/// `result` of `command`, which ran as `spawn`, is none of success. A failed test has a code of its
/// own.
StepFailure failureOf(const plan::Command& command, bool isTest, const sandbox::Spawn& spawn,
                      const sandbox::SpawnResult& result);

} // namespace pipec::exec
