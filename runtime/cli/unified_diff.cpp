// Lines as elements of the diff template library.
#include "runtime/cli/unified_diff.h"

#include <dtl/dtl.hpp>

#include <sstream>
#include <vector>

namespace pipec::cli {

/// A last line without a line end is another line than the same with one.
static std::vector<std::string> linesOf(llvm::StringRef text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    bool ends = line.size() < text.size();
    lines.push_back(line.str() + (ends ? "" : "\n\\ No newline at end of file"));
    text = rest;
  }
  return lines;
}

std::string unifiedDiff(llvm::StringRef path, llvm::StringRef before, llvm::StringRef after) {
  if (before == after)
    return {};
  dtl::Diff<std::string> diff(linesOf(before), linesOf(after));
  diff.onHuge(); // texts of any length
  diff.compose();
  diff.composeUnifiedHunks();
  std::ostringstream out;
  out << "--- " << path.str() << "\n+++ " << path.str() << '\n';
  diff.printUnifiedFormat(out);
  return out.str();
}

} // namespace pipec::cli
