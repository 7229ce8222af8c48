// Grants: what a user has said that the pipelines of a workspace may have, remembered in the user's
// own state.
#pragma once

#include "runtime/workspace/wish.h"
#include "runtime/workspace/workspace.h"

#include "llvm/Support/Error.h"

#include <set>
#include <string>

namespace pipec::workspace {

/// What is remembered of the workspace at this path; of one that was moved, nothing. A usage error
/// if others can write the record.
llvm::Expected<std::set<Wish>> readGrants(const Workspace& workspace);

/// Adds to what is remembered; two processes at once lose nothing. Settings take the place of those
/// before. A usage error if the user has no home to remember it in.
llvm::Error addGrants(const Workspace& workspace, const std::set<Wish>& wishes);

/// Forgets all that is remembered of the workspace, also a record that cannot be read.
llvm::Error forgetGrants(const Workspace& workspace);

} // namespace pipec::workspace
