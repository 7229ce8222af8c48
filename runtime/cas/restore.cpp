// Folder by folder: what is equal stays, what is not is written beside it and renamed over it.
// A folder is only entered after it was seen to be one itself, so no link is ever followed.
#include "runtime/cas/restore.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "runtime/cas/disk.h"
#include "runtime/cas/ingest.h"
#include "runtime/cas/overlay_blobs.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::cas {

namespace {

class Restore {
public:
  Restore(ContentStore& contentStore, Blobs& blobStore) : store(contentStore), blobs(blobStore) {}

  /// Makes `path` equal to `content`; a folder that is there is left to `pendingFolders`. False:
  /// not in the store.
  llvm::Expected<bool> entry(const std::string& path, const Content& content);
  llvm::Expected<bool> pendingFolders();
  uint64_t changes() const { return changed; }

private:
  struct Folder {
    std::string path;
    base::Digest digest;
  };

  llvm::Expected<bool> folder(const Folder& folder);
  llvm::Error removeExtras(const Folder& folder, const Directory& directory);
  llvm::Expected<bool> isEqual(const std::string& path, const struct stat& status,
                               const Content& content);
  llvm::Expected<bool> replace(const std::string& path, const Content& content);
  llvm::Error fixMode(const std::string& path, const struct stat& status, mode_t mode);

  ContentStore& store;
  Blobs& blobs;
  std::vector<Folder> pending;
  uint64_t changed = 0;
};

} // namespace

static llvm::Error failure(llvm::StringRef verb, const std::string& path) {
  int reason = errno;
  return base::systemError("cannot " + verb + " `" + base::printable(path) + "`", reason);
}

static constexpr llvm::StringLiteral TemporaryPrefix = ".pipec-restore.";

/// Beside `path`, and always the same: what a killed process left is found and removed.
static std::string temporaryFor(llvm::StringRef path) {
  llvm::SmallString<256> temporary(llvm::sys::path::parent_path(path));
  llvm::sys::path::append(temporary,
                          TemporaryPrefix + base::digestOf(llvm::sys::path::filename(path)).hex());
  return temporary.str().str();
}

llvm::Error Restore::fixMode(const std::string& path, const struct stat& status, mode_t mode) {
  if ((status.st_mode & 07777) == mode)
    return llvm::Error::success();
  if (::chmod(path.c_str(), mode) != 0)
    return failure("restore", path);
  ++changed;
  return llvm::Error::success();
}

/// Of files and links: whether the bytes are those of `content`.
llvm::Expected<bool> Restore::isEqual(const std::string& path, const struct stat& status,
                                      const Content& content) {
  if (content.kind == EntryKind::Symlink) {
    std::string target;
    if (!S_ISLNK(status.st_mode))
      return false;
    if (!readLink(AT_FDCWD, path.c_str(), target))
      return failure("read", path);
    return base::digestOf(target) == content.digest;
  }
  if (!S_ISREG(status.st_mode))
    return false;
  Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  base::Digest digest;
  bool writing;
  if (!file || !hashFile(file.get(), -1, digest, writing))
    return false; // unreadable: it is replaced, or replacing it says why not
  return digest == content.digest;
}

/// Written beside `path`, then renamed over it. What a rename cannot replace has to go first.
llvm::Expected<bool> Restore::replace(const std::string& path, const Content& content) {
  std::string temporary = temporaryFor(path);
  auto written = writeContent(store, blobs, content, AT_FDCWD, temporary, "", Times::Now);
  if (!written || !*written) {
    if (llvm::Error error = base::removeTree(temporary))
      llvm::consumeError(std::move(error));
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    if (llvm::Error error = base::removeTree(path))
      return llvm::joinErrors(std::move(error), base::removeTree(temporary));
    if (::rename(temporary.c_str(), path.c_str()) != 0)
      return llvm::joinErrors(failure("restore", path), base::removeTree(temporary));
  }
  ++changed;
  return true;
}

llvm::Expected<bool> Restore::entry(const std::string& path, const Content& content) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno != ENOENT)
      return failure("look at", path);
    return replace(path, content);
  }
  if (content.kind == EntryKind::Directory) {
    if (!S_ISDIR(status.st_mode))
      return replace(path, content);
    if (llvm::Error error = fixMode(path, status, 0755))
      return error;
    pending.push_back({path, content.digest});
    return true;
  }
  auto equal = isEqual(path, status, content);
  if (!equal)
    return equal.takeError();
  if (!*equal)
    return replace(path, content);
  if (content.kind != EntryKind::Symlink)
    if (llvm::Error error =
            fixMode(path, status, content.kind == EntryKind::Executable ? 0755 : 0644))
      return error;
  return true;
}

llvm::Error Restore::removeExtras(const Folder& folder, const Directory& directory) {
  llvm::StringSet<> wanted;
  for (const TreeEntry& entry : directory.entries)
    wanted.insert(entry.name);
  Descriptor open(::open(folder.path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  std::vector<std::pair<std::string, unsigned char>> names;
  if (!open || !readNames(open.get(), names))
    return failure("list", folder.path);
  for (const auto& [name, type] : names) {
    if (wanted.contains(name))
      continue;
    if (llvm::Error error = base::removeTree(folder.path + "/" + name))
      return error;
    ++changed;
  }
  return llvm::Error::success();
}

llvm::Expected<bool> Restore::folder(const Folder& folder) {
  auto directory = store.directory(folder.digest);
  if (!directory)
    return directory.takeError();
  if (!*directory)
    return false;
  if (llvm::Error error = removeExtras(folder, **directory))
    return error;
  for (const TreeEntry& child : (*directory)->entries) {
    auto restored = entry(folder.path + "/" + child.name, child.content);
    if (!restored || !*restored)
      return restored;
  }
  return true;
}

llvm::Expected<bool> Restore::pendingFolders() {
  while (!pending.empty()) {
    Folder next = std::move(pending.back());
    pending.pop_back();
    auto restored = folder(next);
    if (!restored || !*restored)
      return restored;
  }
  return true;
}

llvm::Expected<std::optional<uint64_t>> restorePath(ContentStore& store, Blobs& blobs,
                                                    const Content& content, llvm::StringRef path) {
  llvm::StringRef parent = llvm::sys::path::parent_path(path);
  if (!parent.empty())
    if (llvm::Error error = base::makeDirectories(parent))
      return error;
  if (llvm::Error error = base::removeTree(temporaryFor(path)))
    return error;
  Restore restore(store, blobs);
  auto restored = restore.entry(path.str(), content);
  if (restored && *restored)
    restored = restore.pendingFolders();
  if (!restored)
    return restored.takeError();
  if (!*restored)
    return std::nullopt;
  return restore.changes();
}

// ---- removal -------------------------------------------------------------------

/// Whether the folder at `path` is the content, without the store's help. Nothing is written.
static bool isExactly(const std::string& path, const Content& content) {
  OverlayBlobs nothing(nullptr);
  auto found = ingestPath(nothing, path, /*consume=*/false);
  if (found)
    return *found == content;
  llvm::consumeError(found.takeError());
  return false;
}

/// What a process left that was killed while it restored something in the folder.
static llvm::Error removeTemporaries(const std::string& folder) {
  auto entries = base::makeRealFileSystem()->list(folder);
  if (!entries)
    return entries.takeError();
  for (const base::DirectoryEntry& entry : *entries)
    if (llvm::StringRef(entry.name).starts_with(TemporaryPrefix))
      if (llvm::Error error = base::removeTree(folder + "/" + entry.name))
        return error;
  return llvm::Error::success();
}

/// Whether a file or link at `path` is as it was restored. What somebody has put there instead is
/// his.
static bool isStill(const std::string& path, const Content& content) {
  if (content.kind == EntryKind::Symlink) {
    std::string target;
    return readLink(AT_FDCWD, path.c_str(), target) && base::digestOf(target) == content.digest;
  }
  Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status;
  base::Digest digest;
  bool writing;
  return file && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) &&
         hashFile(file.get(), -1, digest, writing) && digest == content.digest;
}

static llvm::Error removeContent(ContentStore& store, const Content& content,
                                 const std::string& path) {
  if (content.kind != EntryKind::Directory) {
    if (isStill(path, content))
      ::unlink(path.c_str());
    return llvm::Error::success();
  }
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0)
    return llvm::Error::success();
  if (S_ISLNK(status.st_mode))
    ::unlink(path.c_str()); // a way to somewhere else, and no content of anybody's
  if (!S_ISDIR(status.st_mode))
    return llvm::Error::success();
  auto directory = store.directory(content.digest);
  if (!directory)
    return directory.takeError();
  if (!*directory)
    return isExactly(path, content) ? base::removeTree(path) : llvm::Error::success();
  for (const TreeEntry& entry : (*directory)->entries)
    if (llvm::Error error = removeContent(store, entry.content, path + "/" + entry.name))
      return error;
  if (llvm::Error error = removeTemporaries(path))
    return error;
  ::rmdir(path.c_str());
  return llvm::Error::success();
}

llvm::Error removeRestored(ContentStore& store, const Content& content, llvm::StringRef path) {
  if (llvm::Error error = base::removeTree(temporaryFor(path)))
    return error;
  return removeContent(store, content, path.str());
}

} // namespace pipec::cas
