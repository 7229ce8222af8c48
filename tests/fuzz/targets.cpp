// The table of what is fuzzed.
#include "tests/fuzz/targets.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

namespace pipec::fuzz {

llvm::ArrayRef<Target> targets() {
  static constexpr Target All[] = {{"parse", true, fuzzParse},
                                   {"front_end", true, fuzzFrontEnd},
                                   {"images", false, fuzzImages},
                                   {"state", false, fuzzState}};
  return All;
}

void expect(bool condition, llvm::StringRef message) {
  if (condition)
    return;
  llvm::errs() << "broken promise: " << message << '\n';
  std::abort();
}

} // namespace pipec::fuzz
