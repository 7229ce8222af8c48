// One target as a libFuzzer program: PIPEC_FUZZ_TARGET is the function.
#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pipec::fuzz::PIPEC_FUZZ_TARGET(llvm::StringRef(reinterpret_cast<const char*>(data), size));
  return 0;
}
