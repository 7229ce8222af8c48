// The programs of docs/diagnostics.md: of each page a wrong one, the right one, and files beside
// them.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <map>
#include <string>
#include <vector>

namespace pipec::golden {

struct PageProgram {
  std::string text; ///< empty: the page has none
  bool lowered = false;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::map<std::string, std::string> files; ///< beside it, by path
};

struct PagePrograms {
  PageProgram wrong;
  PageProgram right;
};

/// Reads the blocks of a page. What stands behind the language of a block says what it is:
/// `wrong`, `right`, with `plan` if it takes the making of a plan, and parameters as NAME=VALUE;
/// or `beside file=PATH`, which may say `wrong` or `right` if it is for that program only.
PagePrograms programsOf(llvm::StringRef page);

} // namespace pipec::golden
