// Making the edits of fixes.
#pragma once

#include "compiler/diagnostics/diagnostic.h"

#include <string>

namespace pipec::diagnostics {

/// `text` with all edits made; they are of one file, and their ranges are those of `text`. Edits
/// must not overlap (see `overlaps`). A removal that leaves only white space on its line removes
/// the line.
std::string applyEdits(llvm::StringRef text, std::vector<Edit> edits);

/// Whether the result of both would depend on their order: their ranges have a byte in common, or
/// they insert at the same place.
bool overlaps(const Edit& a, const Edit& b);

} // namespace pipec::diagnostics
