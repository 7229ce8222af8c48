// Supervisor: runs the commands of one root, one after the other, and leaves no process alive.
#pragma once

#include "runtime/sandbox/wire.h"

#include <cstdint>

namespace pipec::sandbox {

enum class KillScope : uint8_t {
  Namespace,   ///< this process is pid 1: everything else in its pid namespace
  Descendants, ///< this process is a subreaper: what it started, and what these left behind
};

struct SupervisorPlaces {
  int channel = -1; ///< to pipec
  int pipec = -1;   ///< a pidfd, or -1
  int scope = -1;   ///< of makeScope(), for steps that share the host's network
};

enum class SupervisorEnd : uint8_t {
  Closed,         ///< pipec said so
  ClosedAnswered, ///< the same, and pipec waits for a Ready when the root is gone
  PipecGone,
};

/// Handles Run, Cancel and Close messages until Close comes or pipec dies; by then every process
/// that was started is dead and reaped.
SupervisorEnd supervise(const SupervisorPlaces& places, KillScope scope);

/// What follows MessageKind::Finished.
struct RunOutcome {
  uint64_t status = 0; ///< a SpawnStatus
  uint64_t exitCode = 0;
  uint64_t signal = 0;
  uint64_t durationMicroseconds = 0;
  uint64_t cpuMicroseconds = 0;
  uint64_t peakMemory = 0;
};

} // namespace pipec::sandbox
