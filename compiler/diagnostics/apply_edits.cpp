// Edits are made from the end of the text, so that the ranges of the others stay right.
#include "compiler/diagnostics/apply_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::diagnostics {

/// The range of an edit in `text`; of one that leaves nothing on its line, the whole line.
static std::pair<size_t, size_t> placeOf(llvm::StringRef text, const Edit& edit) {
  size_t begin = edit.range.begin, end = edit.range.end;
  if (!edit.replacement.empty() || begin == end)
    return {begin, end};
  size_t lineBegin = text.take_front(begin).rfind('\n') + 1;
  size_t lineEnd = text.find('\n', end);
  bool isAlone =
      text.slice(lineBegin, begin).trim().empty() && text.slice(end, lineEnd).trim().empty();
  return isAlone && lineEnd != llvm::StringRef::npos ? std::pair(lineBegin, lineEnd + 1)
                                                     : std::pair(begin, end);
}

std::string applyEdits(llvm::StringRef text, std::vector<Edit> edits) {
  llvm::stable_sort(edits,
                    [](const Edit& a, const Edit& b) { return a.range.begin > b.range.begin; });
  std::string result = text.str();
  for (const Edit& edit : edits) {
    auto [begin, end] = placeOf(text, edit);
    result.replace(begin, end - begin, edit.replacement);
  }
  return result;
}

bool overlaps(const Edit& a, const Edit& b) {
  if (a.range.file != b.range.file)
    return false;
  if (a.range.begin == b.range.begin)
    return true;
  return a.range.begin < b.range.end && b.range.begin < a.range.end;
}

} // namespace pipec::diagnostics
