// Emptying a store, but for what somebody needs.
#include "compiler/base/error.h"
#include "compiler/base/sparse_file.h"
#include "runtime/cas/collected_log.h"
#include "runtime/cas/collection.h"
#include "runtime/cas/disk.h"
#include "runtime/cas/lease.h"
#include "runtime/cas/names.h"
#include "runtime/cas/scratch.h"
#include "runtime/folder/files.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::cas {

/// The names of all blobs that `contents` reach and that are there.
static llvm::Expected<std::set<std::string>> reachedBlobs(llvm::StringRef folder,
                                                          const std::set<Content>& contents) {
  std::set<std::string> names;
  if (contents.empty())
    return names;
  auto store = openContentStoreForReading(folder);
  if (!store)
    return store.takeError();
  std::vector<Content> next(contents.begin(), contents.end());
  std::set<base::Digest> folders;
  while (!next.empty()) {
    Content content = next.back();
    next.pop_back();
    names.insert(blobName(content.digest));
    if (content.kind != EntryKind::Directory || !folders.insert(content.digest).second)
      continue;
    auto directory = (*store)->directory(content.digest);
    if (!directory) {
      // Of some contents it is not known whether they are folders.
      if (llvm::Error error = llvm::handleErrors(directory.takeError(), [](const NoDirectory&) {}))
        return error;
      continue;
    }
    if (*directory)
      for (const TreeEntry& entry : (*directory)->entries)
        next.push_back(entry.content);
  }
  return names;
}

/// Removes what is in `blobs/` of the store and not among `kept`.
static llvm::Error removeBlobs(const std::string& store, const std::set<std::string>& kept,
                               Cleared& left) {
  auto failure = [](const std::string& path) {
    return base::systemError("cannot remove `" + path + "`", errno);
  };
  for (unsigned part = 0; part < PartCount; ++part) {
    std::string path = store + "/blobs/" + partName(part);
    folder::Descriptor folder = folder::openFile(path, O_RDONLY | O_DIRECTORY);
    std::vector<std::pair<std::string, unsigned char>> names;
    if (!folder && errno == ENOENT)
      continue;
    if (!folder || !readNames(folder.get(), names))
      return failure(path);
    for (const auto& [name, type] : names) {
      struct stat status;
      if (kept.count(partName(part) + "/" + name) == 0) {
        if (::unlinkat(folder.get(), name.c_str(), 0) != 0 && errno != ENOENT)
          return failure(path + "/" + name);
      } else if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        ++left.blobs;
        left.bytes += base::bytesOnDisk(status);
      }
    }
  }
  return llvm::Error::success();
}

llvm::Expected<std::optional<Cleared>> clearStore(llvm::StringRef store, bool force,
                                                  const std::set<Content>& kept) {
  auto collector = Collector::open(store, /*wait=*/true);
  if (!collector)
    return collector.takeError();
  if (!force && oldestLease(store))
    return std::nullopt;
  auto keptBlobs = reachedBlobs(store, kept);
  if (!keptBlobs)
    return keptBlobs.takeError();
  // To the side first, so that nobody finds a half of something. Where blobs stay, none of them is
  // ever anywhere else: an end at any moment loses nothing that is needed.
  Scratch scratch(store.str() + "/tmp");
  if (auto made = scratch.folder(); !made)
    return made.takeError();
  std::vector<const char*> folders{"trees", "roots", "root-files"};
  if (keptBlobs->empty())
    folders.push_back("blobs");
  for (const char* name : folders) {
    std::string from = store.str() + "/" + name, to = scratch.pathOf(name);
    if (!folder::rename(from, to) && errno != ENOENT)
      return folder::failure("remove", from, errno);
    if (llvm::Error error = folder::removeTree(to))
      return error;
  }
  Cleared left;
  if (!keptBlobs->empty())
    if (llvm::Error error = removeBlobs(store.str(), *keptBlobs, left))
      return error;
  for (const char* name : {"usage", "collected"})
    folder::unlinkFile(store.str() + "/" + name);
  if (llvm::Error error = logCleared(store))
    return error;
  return left;
}

} // namespace pipec::cas
