// Alignment: lines in a row whose `=`, `=>` or values stand below each other.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <vector>

namespace pipec::format {

/// What stands before the place that is aligned.
struct Cell {
  /// Cells of one class are aligned with each other; 0 with none.
  unsigned alignedWith = 0;
  unsigned width = 0;
  bool blankBefore = false; ///< an empty line
};

/// How many spaces each cell needs behind it. A run is broken by an empty line and by a cell of
/// another class; a cell that is wider than 32 columns stays as it is. The result depends on
/// nothing that a layout decides.
std::vector<unsigned> align(llvm::ArrayRef<Cell> cells);

} // namespace pipec::format
