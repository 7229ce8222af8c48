// Sizes by counts of links, and removal of what only the pool has.
#include "runtime/cas/root_collection.h"

#include "compiler/base/error.h"
#include "runtime/cas/frame.h"
#include "runtime/cas/names.h"
#include "runtime/cas/root_manifest.h"
#include "runtime/cas/root_pool.h"
#include "runtime/cas/usage.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <unordered_map>

namespace pipec::cas {

std::optional<RootSize> measureRoot(const std::string& place) {
  auto entries = walkRoot(place + "/root");
  if (!entries) {
    llvm::consumeError(entries.takeError());
    return std::nullopt;
  }
  struct stat manifest;
  RootSize size{0, BlockSize}; // of the folder that holds both
  if (::lstat((place + "/manifest").c_str(), &manifest) == 0)
    size.own += onDisk(static_cast<uint64_t>(manifest.st_size));
  std::unordered_map<ino_t, nlink_t> namesHere;
  for (const FoundEntry& found : *entries)
    if (found.entry.kind == RootEntry::Kind::File)
      ++namesHere[found.status.st_ino];
  for (const FoundEntry& found : *entries) {
    // A link's text is in its inode.
    if (found.entry.kind == RootEntry::Kind::Folder)
      size.own += BlockSize;
    if (found.entry.kind != RootEntry::Kind::File)
      continue;
    uint64_t bytes = onDisk(found.entry.size);
    nlink_t names = namesHere[found.status.st_ino], links = found.status.st_nlink;
    if (links <= names)
      size.own += bytes / names;
    else
      size.share += bytes / (links - 1); // one is the pool's
  }
  size.share += size.own;
  return size;
}

llvm::Expected<uint64_t> prunePool(const std::string& store, unsigned part, Scratch& scratch) {
  std::string path = store + "/root-files/" + partName(part);
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder && errno == ENOENT)
    return 0;
  std::vector<std::pair<std::string, unsigned char>> names;
  if (!folder || !readNames(folder.get(), names))
    return base::systemError("cannot list `" + path + "`", errno);
  auto isUnused = [](int parent, const std::string& name, struct stat& status) {
    return ::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode) && status.st_nlink == 1;
  };
  uint64_t bytes = 0;
  for (const auto& [name, type] : names) {
    struct stat status;
    if (!PoolName::parse(part, name) || !isUnused(folder.get(), name, status))
      continue;
    auto tmp = scratch.folder();
    if (!tmp)
      return tmp.takeError();
    std::string aside = scratch.newName();
    if (::renameat(folder.get(), name.c_str(), *tmp, aside.c_str()) != 0)
      continue;
    if (isUnused(*tmp, aside, status))
      bytes += onDisk(static_cast<uint64_t>(status.st_size));
    else if (::renameat2(*tmp, aside.c_str(), folder.get(), name.c_str(), RENAME_NOREPLACE) == 0)
      continue;
    ::unlinkat(*tmp, aside.c_str(), 0);
  }
  return bytes;
}

} // namespace pipec::cas
