// Targets as they are typed, and the `.pipe` files they are about.
#pragma once

#include "runtime/workspace/workspace.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::engine {

/// `[FILE.pipe:]PIPELINE[.STAGE][.NAME]…`, `FILE.pipe`, or `DIR/...`.
struct Target {
  std::string typed;
  std::string file;   ///< as typed; empty: the `.pipe` files of the current folder
  std::string folder; ///< of `DIR/...`; else empty
  std::string label;  ///< from the pipeline's name on; empty: all of the file or folder

  /// The label up to its first `.`, `[` or `/`.
  llvm::StringRef pipeline() const;
};

Target parseTarget(llvm::StringRef typed);

/// The files that `targets` are about, relative to the workspace, sorted, each once; no target
/// means the current folder's. A usage error if a file is
/// not there, or if there is none at all.
llvm::Expected<std::vector<std::string>> pipeFilesOf(const workspace::Workspace& workspace,
                                                     llvm::ArrayRef<Target> targets);

/// The `.pipe` files of one folder (relative to the workspace), or of all below it; `.git`,
/// `.pipec`, links to folders and the folders of packages are not entered.
llvm::Expected<std::vector<std::string>> pipeFilesIn(const workspace::Workspace& workspace,
                                                     llvm::StringRef folder, bool recursive);

} // namespace pipec::engine
