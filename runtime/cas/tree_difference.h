// Which files two trees of the store differ in.
#pragma once

#include "runtime/cas/content_store.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::cas {

/// A file, link or empty folder's place; at least one side is set, and they differ.
struct FileDifference {
  std::string path; ///< relative
  std::optional<Content> before;
  std::optional<Content> after;
};

/// Sorted by path. nullopt: one of the trees is no longer in the store.
llvm::Expected<std::optional<std::vector<FileDifference>>>
compareTrees(ContentStore& store, const base::Digest& before, const base::Digest& after);

} // namespace pipec::cas
