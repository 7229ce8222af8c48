// Digests of nothing in particular, for tests.
#pragma once

#include "compiler/base/digest.h"

#include <string>

namespace pipec::test {

/// Another one for every number.
inline base::Digest sampleDigest(uint64_t number) {
  return base::digestOf("sample " + std::to_string(number));
}

} // namespace pipec::test
