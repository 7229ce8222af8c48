// Suggestions: which known name was probably meant.
#include "compiler/diagnostics/diagnostic.h"

#include <algorithm>

namespace pipec::diagnostics {

/// Insertions, deletions, substitutions and swaps of neighbours that turn `from` into `to`; only
/// exact up to `limit`, beyond which it says `limit + 1`.
static size_t editDistance(llvm::StringRef from, llvm::StringRef to, size_t limit) {
  size_t difference = from.size() > to.size() ? from.size() - to.size() : to.size() - from.size();
  if (difference > limit)
    return limit + 1;
  std::vector<size_t> beforeLast(to.size() + 1);
  std::vector<size_t> last(to.size() + 1);
  std::vector<size_t> current(to.size() + 1);
  for (size_t column = 0; column <= to.size(); ++column)
    last[column] = column;
  for (size_t row = 1; row <= from.size(); ++row) {
    current[0] = row;
    size_t best = row;
    for (size_t column = 1; column <= to.size(); ++column) {
      size_t substitution = last[column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1);
      current[column] = std::min({substitution, last[column] + 1, current[column - 1] + 1});
      bool swapped = row > 1 && column > 1 && from[row - 1] == to[column - 2] &&
                     from[row - 2] == to[column - 1];
      if (swapped)
        current[column] = std::min(current[column], beforeLast[column - 2] + 1);
      best = std::min(best, current[column]);
    }
    if (best > limit)
      return limit + 1;
    std::swap(beforeLast, last);
    std::swap(last, current);
  }
  return last[to.size()];
}

/// Whether one is the other with words added: `tree_of` and `tree`.
static bool differInLastWords(llvm::StringRef a, llvm::StringRef b) {
  if (a.size() < b.size())
    std::swap(a, b);
  return b.size() >= 3 && a.consume_front(b) && a.starts_with("_");
}

llvm::StringRef closestName(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> candidates) {
  // In a short name two edits change everything, so the suggestion would be noise.
  size_t limit = name.size() < 2 ? 0 : name.size() <= 3 ? 1 : 2;
  llvm::StringRef best;
  for (llvm::StringRef candidate : candidates) {
    size_t distance = editDistance(name, candidate, limit);
    if (distance == 0 || distance > limit)
      continue;
    best = candidate;
    limit = distance - 1;
    if (limit == 0)
      break;
  }
  if (best.empty())
    for (llvm::StringRef candidate : candidates)
      if (differInLastWords(name, candidate))
        return candidate;
  return best;
}

} // namespace pipec::diagnostics
