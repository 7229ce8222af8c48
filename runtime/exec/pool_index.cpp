// One walk over a pool's tree makes its index.
#include "runtime/exec/pool_index.h"

#include "compiler/base/error.h"

namespace pipec::exec {

namespace {
class Indexer {
public:
  explicit Indexer(cas::ContentStore& contents) : store(contents) {}

  /// Enters what is at `path`, and gives its names.
  llvm::Expected<cas::Content> add(const std::string& path, const cas::Content& content);

  PoolIndex index;

private:
  llvm::Expected<cas::Content> addFolder(const std::string& path, const cas::Content& folder);

  cas::ContentStore& store;
};
} // namespace

llvm::Expected<cas::Content> Indexer::addFolder(const std::string& path,
                                                const cas::Content& folder) {
  auto found = store.directory(folder.digest);
  if (!found)
    return found.takeError();
  if (!*found)
    return cas::lostContent(folder.digest);
  cas::Directory names = std::move(**found);
  for (cas::TreeEntry& entry : names.entries) {
    auto added = add(path.empty() ? entry.name : path + "/" + entry.name, entry.content);
    if (!added)
      return added.takeError();
    entry.content = *added;
  }
  auto digest = store.putDirectory(names);
  if (!digest)
    return digest.takeError();
  return cas::Content{cas::EntryKind::Directory, *digest};
}

llvm::Expected<cas::Content> Indexer::add(const std::string& path, const cas::Content& content) {
  index.entries[path] = content;
  switch (content.kind) {
  case cas::EntryKind::Directory:
    return addFolder(path, content);
  case cas::EntryKind::Symlink:
    return content;
  case cas::EntryKind::File:
  case cas::EntryKind::Executable:
    break;
  }
  auto empty = store.putBytes("");
  if (!empty)
    return empty.takeError();
  return cas::Content{cas::EntryKind::File, *empty};
}

llvm::Expected<std::shared_ptr<const PoolIndex>> PoolIndexes::of(const cas::Content& pool) {
  std::lock_guard lock(mutex);
  std::shared_ptr<const PoolIndex>& known = indexes[pool];
  if (known)
    return known;
  Indexer indexer(store);
  auto names = indexer.add("", pool);
  if (!names)
    return names.takeError();
  indexer.index.names = *names;
  known = std::make_shared<const PoolIndex>(std::move(indexer.index));
  return known;
}

} // namespace pipec::exec
