// Comparing what two executions of one step made.
#pragma once

#include "runtime/cache/action_cache.h"
#include "runtime/cas/content_store.h"
#include "runtime/exec/repetition.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace pipec::exec {

/// The first difference in the order of the outputs, and in each in the order of the paths: bytes,
/// modes, targets of links, and what is there only once. All content must be in the store; if it is
/// not, a cas::LostContent.
llvm::Expected<std::optional<ResultDifference>>
compareOutputs(cas::ContentStore& store, llvm::ArrayRef<cache::ActionOutput> first,
               llvm::ArrayRef<cache::ActionOutput> second);

/// The same of two files, links or folders that differ or not.
llvm::Expected<std::optional<ResultDifference>>
compareContent(cas::ContentStore& store, const cas::Content& first, const cas::Content& second);

} // namespace pipec::exec
