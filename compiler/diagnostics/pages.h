// The pages of docs/diagnostics.md, one for each code of the compiler and of the runtime.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <vector>

namespace pipec::diagnostics {

/// All of docs/diagnostics.md, as the binary carries it.
llvm::StringRef embeddedPages();

struct Page {
  llvm::StringRef code;  ///< `E0601`, `W0901`, `R1001`
  llvm::StringRef title; ///< a few words, for lists
  llvm::StringRef text;  ///< Markdown, without the heading
};

/// In the order of the text: a page is what follows a heading `### CODE: title` up to the next
/// heading.
std::vector<Page> pagesOf(llvm::StringRef text);

} // namespace pipec::diagnostics
