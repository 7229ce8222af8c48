// How much a random test does, and from which seed: numbers in environment variables.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <cstdlib>

namespace pipec::test {

/// `otherwise` if the variable is not set, or is no positive number: nothing passes by doing
/// nothing.
inline uint64_t numberFrom(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  uint64_t number = 0;
  bool given = text && !llvm::StringRef(text).getAsInteger(10, number) && number > 0;
  return given ? number : otherwise;
}

} // namespace pipec::test
