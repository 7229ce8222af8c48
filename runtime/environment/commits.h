// What git says of the workspace: the commit of its work tree, and how commits stand to each other.
#pragma once

#include "runtime/environment/origin.h"

namespace pipec::environment {

/// An origin with the commit of the work tree that `folder` is in, and `now` as `resolved`. Without
/// git, or outside a work tree, there is no commit.
Origin originOfWorkTree(llvm::StringRef folder, int64_t now);

/// Whether the work tree has changes below `folder` that are in no commit. False: also if git
/// cannot say.
bool hasChanges(llvm::StringRef folder);

/// Asks the repository that `folder` is in. Unknown: there is none, or it lacks one of the two, as
/// a shallow clone does. Both are commits (isCommit()).
Ancestry ancestryIn(llvm::StringRef folder, llvm::StringRef commit, llvm::StringRef other);

} // namespace pipec::environment
