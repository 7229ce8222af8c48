// KillTree: ends every process that a step has left.
#pragma once

#include "runtime/sandbox/supervisor.h"

#include <cstdint>
#include <sys/types.h>

namespace pipec::sandbox {

/// What processes that were waited for have used.
struct Usage {
  uint64_t cpuMicroseconds = 0;
  uint64_t peakMemory = 0; ///< bytes, of the largest
};

/// Sends `signal` to the step whose first process is `leader`, and to everything it started as far
/// as that can be reached.
void signalTree(pid_t leader, int signal, KillScope scope);

/// Takes what has ended, without waiting. Fills `status` and returns true when `leader` was among
/// it.
bool reapEnded(pid_t leader, int& status, Usage& usage);

/// KILL to everything, then waits until nothing is left.
void killTree(KillScope scope, Usage& usage);

} // namespace pipec::sandbox
