// Doing many small, independent things of one kind, such as the files of a tree.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <cstddef>

namespace pipec::base {

/// Runs `work(0) … work(count - 1)`, on as many threads as there are CPUs if there is enough to do.
/// After an error no new item starts; the error of the first bad item is returned, whatever the
/// threads did.
llvm::Error forEachItem(size_t count, llvm::function_ref<llvm::Error(size_t)> work);

} // namespace pipec::base
