// The one time that everything has whose own time must not show.
#pragma once

#include <cstdint>

namespace pipec::base {

/// 2000-01-01, in seconds since the epoch: of the files that a step is given, and its
/// SOURCE_DATE_EPOCH. `jar` rejects 1980.
inline constexpr int64_t FixedTime = 946684800;

} // namespace pipec::base
