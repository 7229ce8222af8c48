// The wall clock, as the deploy state has it.
#pragma once

#include <chrono>
#include <cstdint>

namespace pipec::environment {

/// Milliseconds since the epoch.
inline int64_t now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

} // namespace pipec::environment
