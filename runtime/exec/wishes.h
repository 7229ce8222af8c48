// What actions wish for that belongs to the user and not to the workspace.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/exec/step.h"
#include "runtime/workspace/wish.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::exec {

/// What a host path `written` in `paths` is for the machine: absolute and without `.` and `..`, but
/// with its links. Relative paths are below the workspace.
std::string hostPath(llvm::StringRef workspace, llvm::StringRef written);

/// What the action wants, sorted, each once. `environmentPaths`: the `paths` of the environments
/// that it acts on, as written. A path inside the workspace is no wish, unless it is, contains or
/// leads to `.git` or `.pipec`: what is there decides what programs do as the user, and no checkout
/// brings it along.
std::vector<workspace::Wish> wishesOf(const plan::ActionSpec& spec,
                                      llvm::ArrayRef<std::string> environmentPaths,
                                      llvm::StringRef workspace);
/// The same of a node; nothing of one that is deferred, or no action.
std::vector<workspace::Wish> wishesOf(const plan::Plan& plan, const plan::Node& node,
                                      llvm::StringRef workspace);

/// R1024, if something of `wishes` is not granted; `who` is what wants it.
std::optional<StepFailure> refuseUngranted(llvm::ArrayRef<workspace::Wish> wishes,
                                           const workspace::Grants& grants, llvm::StringRef who,
                                           const plan::Location& place);

/// One wish of a plan, and whose it is.
struct Want {
  workspace::Wish wish;
  bool isGranted = false;
  /// In the order of the plans and their nodes; at least one.
  std::vector<const plan::Node*> by;
};
/// All wishes of the plans, sorted, each once; those of deploys and live tests only if
/// `withEffects`. Points into the plans.
std::vector<Want> wantsOf(llvm::ArrayRef<const plan::Plan*> plans, bool withEffects,
                          llvm::StringRef workspace, const workspace::Grants& grants);

} // namespace pipec::exec
