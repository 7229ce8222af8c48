// Which files two trees of the store differ in.
#pragma once

#include "runtime/cas/content_store.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::cli {

/// A file, link or empty folder's place; at least one side is set, and they differ.
struct FileDifference {
  std::string path; ///< relative
  std::optional<cas::Content> before;
  std::optional<cas::Content> after;
};

/// Sorted by path. nullopt: one of the trees is no longer in the store.
llvm::Expected<std::optional<std::vector<FileDifference>>>
compareTrees(cas::ContentStore& store, const base::Digest& before, const base::Digest& after);

} // namespace pipec::cli
