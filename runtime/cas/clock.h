// The time of day, as the store notes it. Private to this folder.
#pragma once

#include <cstdint>
#include <ctime>

namespace pipec::cas {

/// Milliseconds since the epoch, on the clock that file systems stamp with.
inline int64_t nowMs() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

inline int64_t milliseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

/// When something was last used is noted once in this time: a build of unchanged files would
/// otherwise write to the disk for each of them.
inline constexpr int64_t UseGranularityMs = 60 * 60 * 1000;

} // namespace pipec::cas
