// Modified inputs: which files of the repository are no longer what a step was given of them.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cache/action_cache.h"
#include "runtime/cache/file_digests.h"
#include "runtime/cas/content_store.h"
#include "runtime/exec/tree.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::exec {

/// A step works on a copy that was made when its inputs were hashed, so an edit that comes later
/// cannot reach it; but whoever edits a file while a step uses it wants to know that the result is
/// of the file before. After a step has run, this looks at the files of the repository behind its
/// inputs again: by their stamps, and at the bytes of those whose stamps are too young to be
/// trusted.
///
/// Returns the paths, relative to the workspace and sorted, of files that are gone, new or
/// different; of the folders behind a selection only if the selection differs, and of a pool only
/// what `reads` has. `recorded` is what the build knows of the content of the plan's artifacts.
llvm::Expected<std::vector<std::string>>
modifiedInputs(const plan::Plan& plan, plan::NodeId step, const cache::ReadSet& reads,
               ContentLookup recorded, cas::ContentStore& store, cache::FileDigests& files);

/// "`a.c` was modified", "`a.c`, `b.c` and 3 more were modified".
std::string modifiedText(const std::vector<std::string>& paths);

} // namespace pipec::exec
