// Cutting the text into pages.
#include "compiler/diagnostics/pages.h"

namespace pipec::diagnostics {

/// Where the next heading begins, on this line or below. `#` in a program begins no heading.
static size_t nextHeading(llvm::StringRef text, size_t from) {
  bool inProgram = false;
  for (size_t at = from; at < text.size();) {
    llvm::StringRef line = text.drop_front(at).take_until([](char c) { return c == '\n'; });
    if (line.starts_with("```"))
      inProgram = !inProgram;
    if (!inProgram && (line.starts_with("## ") || line.starts_with("### ")))
      return at;
    at += line.size() + 1;
  }
  return text.size();
}

std::vector<Page> pagesOf(llvm::StringRef text) {
  std::vector<Page> pages;
  for (size_t at = nextHeading(text, 0); at < text.size();) {
    llvm::StringRef rest = text.drop_front(at);
    llvm::StringRef heading = rest.take_until([](char c) { return c == '\n'; });
    size_t end = nextHeading(text, at + heading.size() + 1);
    auto [code, title] = heading.split(": ");
    if (code.consume_front("### ") && !title.empty())
      pages.push_back({code, title, text.slice(at + heading.size(), end).trim("\n")});
    at = end;
  }
  return pages;
}

} // namespace pipec::diagnostics
