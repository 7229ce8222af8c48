// Points in time, as a person reads them and as they sort.
#pragma once

#include <cstdint>
#include <string>

namespace pipec::base {

/// Of milliseconds since the epoch: `2026-01-31T12:00:00Z`.
std::string timeText(int64_t milliseconds);

} // namespace pipec::base
