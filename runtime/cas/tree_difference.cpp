// Walking two trees side by side; equal folders are not entered.
#include "runtime/cas/tree_difference.h"

namespace pipec::cas {
namespace {

class Comparison {
public:
  explicit Comparison(ContentStore& store) : store(store) {}

  llvm::Error compare(const std::string& prefix, const base::Digest* before,
                      const base::Digest* after);

  std::vector<FileDifference> differences;
  bool incomplete = false;

private:
  llvm::Expected<Directory> read(const base::Digest* digest);
  llvm::Error entry(const std::string& path, const TreeEntry* before, const TreeEntry* after);

  ContentStore& store;
};

} // namespace

llvm::Expected<Directory> Comparison::read(const base::Digest* digest) {
  if (!digest)
    return Directory();
  auto directory = store.directory(*digest);
  if (!directory)
    return directory.takeError();
  if (!*directory) {
    incomplete = true;
    return Directory();
  }
  return std::move(**directory);
}

llvm::Error Comparison::entry(const std::string& path, const TreeEntry* before,
                              const TreeEntry* after) {
  auto folderOf = [](const TreeEntry* side) -> const base::Digest* {
    bool isFolder = side && side->content.kind == EntryKind::Directory;
    return isFolder ? &side->content.digest : nullptr;
  };
  auto fileOf = [&](const TreeEntry* side) -> std::optional<Content> {
    if (!side || folderOf(side))
      return std::nullopt;
    return side->content;
  };
  std::optional<Content> oldFile = fileOf(before), newFile = fileOf(after);
  if (oldFile != newFile)
    differences.push_back({path, oldFile, newFile});
  const base::Digest *oldFolder = folderOf(before), *newFolder = folderOf(after);
  if (!oldFolder && !newFolder)
    return llvm::Error::success();
  size_t known = differences.size();
  if (llvm::Error error = compare(path + "/", oldFolder, newFolder))
    return error;
  // A folder that came or went without a file in it.
  if (differences.size() == known && !(oldFolder && newFolder))
    differences.push_back({path, oldFolder ? std::optional(before->content) : std::nullopt,
                           newFolder ? std::optional(after->content) : std::nullopt});
  return llvm::Error::success();
}

llvm::Error Comparison::compare(const std::string& prefix, const base::Digest* before,
                                const base::Digest* after) {
  if (before && after && *before == *after)
    return llvm::Error::success();
  auto oldSide = read(before);
  if (!oldSide)
    return oldSide.takeError();
  auto newSide = read(after);
  if (!newSide)
    return newSide.takeError();
  auto a = oldSide->entries.begin(), b = newSide->entries.begin();
  while (a != oldSide->entries.end() || b != newSide->entries.end()) {
    bool takeOld =
        b == newSide->entries.end() || (a != oldSide->entries.end() && a->name <= b->name);
    bool takeNew =
        a == oldSide->entries.end() || (b != newSide->entries.end() && b->name <= a->name);
    const TreeEntry* oldEntry = takeOld ? &*a++ : nullptr;
    const TreeEntry* newEntry = takeNew ? &*b++ : nullptr;
    const std::string& name = oldEntry ? oldEntry->name : newEntry->name;
    if (llvm::Error error = entry(prefix + name, oldEntry, newEntry))
      return error;
  }
  return llvm::Error::success();
}

llvm::Expected<std::optional<std::vector<FileDifference>>>
compareTrees(ContentStore& store, const base::Digest& before, const base::Digest& after) {
  Comparison comparison(store);
  if (llvm::Error error = comparison.compare("", &before, &after))
    return error;
  if (comparison.incomplete)
    return std::nullopt;
  return std::move(comparison.differences);
}

} // namespace pipec::cas
