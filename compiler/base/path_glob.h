// PathGlob: the glob patterns of the language, matched against relative paths.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::base {

/// `*` and `?` match within one component, `[abc]`, `[a-z]`, `[!a]` one character of it, `{a,b}`
/// either, and a component `**` any number of components, none included. A leading dot needs no
/// pattern of its own; `[*]` and `[{]` mean the character itself. Characters are those of UTF-8; a
/// byte that is none counts as one. (`llvm::GlobPattern` is no path glob: its `*` crosses `/`.)
class PathGlob {
public:
  /// A usage error says what is wrong: an empty pattern, an absolute one, `..`, an open bracket,
  /// more than 4096 bytes or 1024 alternatives. Time is bounded for every pattern and path.
  static llvm::Expected<PathGlob> compile(llvm::StringRef pattern);

  /// `path` is relative, with `/` between components and none at the ends.
  bool matches(llvm::StringRef path) const;
  /// Whether a path below `directory` could match: what keeps a walk from entering the rest.
  bool mayMatchBelow(llvm::StringRef directory) const;

  const std::string& text() const { return pattern; }

private:
  std::string pattern;
  /// One list of components for each way through the braces.
  std::vector<std::vector<std::string>> alternatives;
};

} // namespace pipec::base
