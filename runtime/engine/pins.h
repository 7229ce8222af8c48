// Pins: between pipe.lock and the plans of an invocation.
#pragma once

#include "compiler/lock/lock_file.h"
#include "compiler/plan/plan.h"
#include "runtime/exec/build.h"
#include "runtime/workspace/workspace.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::engine {

/// ` --branch=dev`, for each parameter in their order: what follows the label of a pin.
std::string parameterSuffix(llvm::ArrayRef<plan::Parameter> given);

/// How pipe.lock calls a node: `site.pipe:website.source.repo --branch=dev`.
std::string pinName(const plan::Plan& plan, llvm::StringRef label, llvm::StringRef suffix);

/// What `lock` says of the sources of `plan`, which was made with the parameters of `suffix`.
exec::Pins pinsOf(const lock::LockFile& lock, const plan::Plan& plan, llvm::StringRef suffix);

/// The sources of `plan` that have an identity, and what they need. Its roots may be none.
plan::Plan sourcesOf(plan::Plan plan);

/// What a run of sourcesOf() has found out: one entry for each question.
std::vector<lock::PinnedSource>
pinnedSources(const plan::Plan& plan, const exec::BuildResult& result, llvm::StringRef suffix);

/// A pipeline of which all sources were asked, with the parameters of `suffix`; or, if it is not
/// `declared`, one that is gone.
struct AskedPipelines {
  std::string module;
  std::vector<std::string> declared; ///< the pipelines that the module has
  std::vector<std::string> suffixes; ///< of each of them
};

/// What update() has changed, a name each; of a moved pin with both identities.
struct PinChanges {
  struct Moved {
    std::string name;
    std::string before; ///< empty: it was not pinned
    std::string after;
  };
  std::vector<Moved> moved;
  std::vector<std::string> dropped;
  size_t unchanged = 0;
};

/// Puts `found` into `lock`, each name in one entry only, and drops names of `asked` that were not
/// found: sources that are no longer there.
PinChanges updateSources(lock::LockFile& lock, const std::vector<lock::PinnedSource>& found,
                         llvm::ArrayRef<AskedPipelines> asked);

/// Writes pipe.lock in one step, unless it has these bytes already. A usage error if it is a link.
llvm::Error writeLock(const workspace::Workspace& workspace, const lock::LockFile& lock);

/// The folders of packages, relative to the workspace: what is in them is not the user's to format,
/// fix or build by `...`. None if the lock file cannot be used.
std::vector<std::string> packageFolders(const workspace::Workspace& workspace);

} // namespace pipec::engine
