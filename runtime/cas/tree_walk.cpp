// Breadth first, so that no depth of nesting costs stack.
#include "runtime/cas/tree_walk.h"

namespace pipec::cas {

llvm::Expected<std::optional<std::vector<TreeItem>>> walkTree(ContentStore& store,
                                                              const base::Digest& root) {
  std::vector<TreeItem> items;
  auto append = [&](const base::Digest& digest, const std::string& prefix) -> llvm::Expected<bool> {
    auto directory = store.directory(digest);
    if (!directory)
      return directory.takeError();
    if (!*directory)
      return false;
    for (TreeEntry& entry : (*directory)->entries)
      items.push_back({prefix + entry.name, std::move(entry)});
    return true;
  };
  auto there = append(root, "");
  for (size_t next = 0; there && *there && next < items.size(); ++next)
    if (items[next].entry.content.kind == EntryKind::Directory)
      there = append(items[next].entry.content.digest, items[next].path + "/");
  if (!there)
    return there.takeError();
  if (!*there)
    return std::nullopt;
  return items;
}

} // namespace pipec::cas
