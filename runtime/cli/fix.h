// `check --fix`: making the fixes of diagnostics until there is none left to make.
#pragma once

#include "runtime/workspace/workspace.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::cli {

struct FixedFile {
  std::string path; ///< relative to the workspace
  std::string before;
  std::string after;
  size_t fixes = 0; ///< how many were made in it
};

/// Makes the automatic fixes of what the files (relative to the workspace) and their imports are
/// told, in memory, again and again until nothing is left to fix (or after 100 rounds). Only in
/// files of the workspace, never in the standard library or behind a link that leads outside. What
/// would make more mistakes than it mends is left out: afterwards no file has more syntax errors
/// than before. Sorted by path.
llvm::Expected<std::vector<FixedFile>> fixFiles(const workspace::Workspace& workspace,
                                                llvm::ArrayRef<std::string> files);

/// Writes each file in one step, with the owner and mode it had; where it is a link, what that
/// leads to.
llvm::Error writeFixed(const workspace::Workspace& workspace, llvm::ArrayRef<FixedFile> files);

} // namespace pipec::cli
