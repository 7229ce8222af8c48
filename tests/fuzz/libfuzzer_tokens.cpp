// For targets that read programs: what libFuzzer changes are tokens, mostly.
#include "tests/fuzz/token_mutator.h"

#include <cstring>

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t maxSize);

static llvm::StringRef text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

static size_t put(const std::string& result, uint8_t* data, size_t maxSize) {
  size_t size = std::min(result.size(), maxSize);
  std::memcpy(data, result.data(), size);
  return size;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize,
                                          unsigned seed) {
  if (seed % 8 == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::string result = pipec::fuzz::mutateTokens(text(data, size), seed);
  if (result == text(data, size))
    return LLVMFuzzerMutate(data, size, maxSize);
  return put(result, data, maxSize);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* a, size_t sizeA, const uint8_t* b,
                                            size_t sizeB, uint8_t* out, size_t maxSize,
                                            unsigned seed) {
  return put(pipec::fuzz::crossTokens(text(a, sizeA), text(b, sizeB), seed), out, maxSize);
}
