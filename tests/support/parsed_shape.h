// ParsedShape: what two texts of one program have in common.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::test {

struct ParsedShape {
  /// The tree without positions, then the comments in order, without white space at their ends.
  std::string text;
  std::string errors; ///< as the user sees them; empty if there are none
};

ParsedShape shapeOf(llvm::StringRef program);

} // namespace pipec::test
