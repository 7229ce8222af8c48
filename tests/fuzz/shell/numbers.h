// Random numbers that are the same everywhere, unlike the distributions of <random>.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <random>

namespace pipec::fuzz {

class Numbers {
public:
  explicit Numbers(uint32_t seed) : engine_(seed) {}
  size_t below(size_t limit) { return engine_() % limit; }
  bool percent(size_t chance) { return below(100) < chance; }
  llvm::StringRef oneOf(llvm::ArrayRef<llvm::StringLiteral> choices) {
    return choices[below(choices.size())];
  }

private:
  std::mt19937 engine_;
};

} // namespace pipec::fuzz
