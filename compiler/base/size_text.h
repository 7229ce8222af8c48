// Numbers of bytes, as a person reads them.
#pragma once

#include <cstdint>
#include <string>

namespace pipec::base {

/// `1.5 GiB`, `12 KiB`, `0 B`
std::string sizeText(uint64_t bytes);

} // namespace pipec::base
