// Runs of cells, each padded to its widest.
#include "compiler/format/alignment.h"

#include <algorithm>

namespace pipec::format {

static constexpr unsigned WidestCell = 32;

std::vector<unsigned> align(llvm::ArrayRef<Cell> cells) {
  std::vector<unsigned> padding(cells.size());
  for (size_t first = 0, end = 0; first < cells.size(); first = end) {
    unsigned widest = 0;
    for (end = first; end < cells.size(); ++end) {
      const Cell& cell = cells[end];
      bool endsRun = cell.alignedWith != cells[first].alignedWith || cell.blankBefore;
      if (end > first && endsRun)
        break;
      if (cell.width <= WidestCell)
        widest = std::max(widest, cell.width);
    }
    if (cells[first].alignedWith == 0)
      continue;
    for (size_t i = first; i < end; ++i)
      padding[i] = cells[i].width <= WidestCell ? widest - cells[i].width : 0;
  }
  return padding;
}

} // namespace pipec::format
