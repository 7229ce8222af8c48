// All entries of a tree in one list. Private to this folder.
#pragma once

#include "runtime/cas/content_store.h"

namespace pipec::cas {

struct TreeItem {
  std::string path; ///< relative to the root of the tree
  TreeEntry entry;
};

/// Every entry below `directory`, the root itself not, each folder before what it holds, and the
/// entries of one folder together. nullopt: a folder's encoding is not in the store.
llvm::Expected<std::optional<std::vector<TreeItem>>> walkTree(ContentStore& store,
                                                              const base::Digest& directory);

} // namespace pipec::cas
