// What git tracks of a folder, by its index alone: no command of git runs.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace pipec::workspace {

/// The index of the work tree that a folder lies in.
struct GitIndex {
  std::string path;
  std::string prefix; ///< of the folder in the work tree: empty, or with a `/` at its end
  std::string stamp;  ///< changes whenever git writes the index; empty: there is no index yet
};
/// nullopt: no folder from `folder` (absolute) upward has a `.git`.
std::optional<GitIndex> findGitIndex(llvm::StringRef folder);

/// The first names, below `directory` of the folder (`.pipec`), of what the index has there; an
/// empty one if it has `directory` itself, as a link or a submodule. An error: nobody can tell.
llvm::Expected<std::set<std::string>> trackedBelow(const GitIndex& index,
                                                   llvm::StringRef directory);

/// Whether git tracks `directory`/`name` of the folder `root`, or nobody can tell.
bool isTracked(llvm::StringRef root, llvm::StringRef directory, llvm::StringRef name);

/// What an index says (gitformat-index(5), versions 2 to 4, of SHA-1 and SHA-256 repositories).
struct IndexContent {
  std::vector<std::string> paths; ///< those that begin with the wanted prefix
  std::string shared;             ///< digits of the shared index that this one adds to; or empty
};
/// nullopt: it is no index, or one of a newer git.
std::optional<IndexContent> parseGitIndex(llvm::StringRef bytes, llvm::StringRef prefix);

} // namespace pipec::workspace
