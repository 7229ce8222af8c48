// Access: whether a cache may be written.
#pragma once

#include <cstdint>

namespace pipec::cache {

enum class Access : uint8_t {
  ReadWrite,
  ReadOnly, ///< for dry runs: no file is made or changed; what is stored stays in memory
};

} // namespace pipec::cache
