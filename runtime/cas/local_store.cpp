// The content store of the local disk:
//
//   blobs/ab/cdef…            bytes by digest, encodings of directories among them
//   trees/<boot>/ab/cdef….d   materialised folders; `.f` files, `.x` executables
//   roots/ab/cdef…/root       root file systems of images, and `manifest`: what is in them
//   root-files/ab/cdef…       the files that root file systems share (root_pool.h)
//   tmp/<owner>/…             what is being written
//   format                    the version of all this (store_format.h)
//   lease                     who uses the store, and since when (lease.h)
//   usage, collected, cleared, collector.lock: of collection (collection.h)
//
// The classes of this folder know their own part of it, and nobody else any.
#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/parallel.h"
#include "compiler/base/text.h"
#include "runtime/cas/blob_store.h"
#include "runtime/cas/collected_log.h"
#include "runtime/cas/ingest.h"
#include "runtime/cas/lease.h"
#include "runtime/cas/overlay_blobs.h"
#include "runtime/cas/restore.h"
#include "runtime/cas/roots.h"
#include "runtime/cas/store_format.h"
#include "runtime/cas/tree_walk.h"
#include "runtime/cas/trees.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace pipec::cas {

namespace {

class LocalContentStore final : public ContentStore {
public:
  llvm::Error open(const std::string& folder) {
    place = folder;
    if (llvm::Error error = bringToFormat(folder))
      return error;
    lease.emplace(Lease::take(folder)); // before anything is looked at
    scratch.emplace(folder + "/tmp");
    auto opened = BlobStore::open(folder, *scratch);
    if (!opened)
      return opened.takeError();
    local = opened->get();
    blobs = std::move(*opened);
    trees.emplace(*this, *blobs, *scratch, folder);
    roots.emplace(*scratch, folder);
    return llvm::Error::success();
  }
  llvm::Error openForReading(const std::string& folder) {
    place = folder;
    auto opened = BlobStore::openForReading(folder);
    if (!opened)
      return opened.takeError();
    blobs = std::make_unique<OverlayBlobs>(std::move(*opened));
    return llvm::Error::success();
  }

  llvm::Expected<base::Digest> putBytes(llvm::StringRef bytes) override {
    return blobs->put(bytes);
  }
  llvm::Expected<base::Digest> putFile(llvm::StringRef path, BytesSeen seen) override {
    return blobs->putFile(AT_FDCWD, path.str().c_str(), /*consume=*/false, base::printable(path),
                          seen);
  }
  llvm::Expected<Content> putPath(llvm::StringRef path, bool consume) override {
    return ingestPath(*blobs, path, consume);
  }
  llvm::Expected<base::Digest> putDirectory(const Directory& directory) override;

  llvm::Expected<std::optional<std::string>> bytes(const base::Digest& digest) override {
    return blobs->read(digest);
  }
  llvm::Expected<bool> pieces(const base::Digest& digest,
                              llvm::function_ref<void(llvm::StringRef)> use) override {
    return blobs->pieces(digest, use);
  }
  llvm::Expected<std::optional<Directory>> directory(const base::Digest& digest) override;
  llvm::Expected<bool> contains(const Content& content) override;

  llvm::Expected<std::optional<std::string>> materialise(const Content& content) override {
    if (!trees)
      return writesNothing();
    return trees->materialise(content);
  }
  llvm::Expected<bool> copyTo(const Content& content, llvm::StringRef path) override;
  llvm::Expected<std::optional<uint64_t>> restoreTo(const Content& content,
                                                    llvm::StringRef path) override {
    if (!trees)
      return writesNothing();
    return restorePath(*this, *blobs, content, path);
  }

  llvm::Expected<std::string> newFolder() override {
    if (!roots)
      return writesNothing();
    return roots->newFolder();
  }
  llvm::Expected<std::optional<std::string>> findRoot(const base::Digest& id) override {
    if (!roots)
      return writesNothing();
    return roots->find(id);
  }
  llvm::Expected<std::string> keepRoot(const base::Digest& id, llvm::StringRef root) override {
    if (!roots)
      return writesNothing();
    return roots->keep(id, root);
  }

  std::optional<Loss> lossOf(const base::Digest& digest) override {
    std::lock_guard lock(lossesMutex);
    if (!losses)
      losses = Losses::read(place);
    return losses->of(digest);
  }
  Additions takeAdditions() override {
    if (!trees)
      return {};
    return {local->takeAdditions(), trees->takeAdditions(), roots->takeAdditions()};
  }
  bool hasAdditions() override {
    return trees && (local->hasAdditions() || trees->hasAdditions() || roots->hasAdditions());
  }

private:
  static llvm::Error writesNothing() {
    return base::worldError("a dry run writes no content to the disk");
  }

  std::string place;
  std::optional<Lease> lease;
  std::optional<Scratch> scratch; ///< absent, like the trees, in a store for reading
  std::unique_ptr<Blobs> blobs;
  BlobStore* local = nullptr; ///< `blobs`, in a store that is written
  std::optional<Trees> trees;
  std::optional<Roots> roots;
  std::mutex lossesMutex;
  std::optional<Losses> losses;
};

} // namespace

llvm::Expected<base::Digest> LocalContentStore::putDirectory(const Directory& directory) {
  // The texts of links are blobs too, so that a link is content like any other.
  for (const TreeEntry& entry : directory.entries)
    if (entry.content.kind == EntryKind::Symlink)
      if (auto digest = blobs->put(entry.target); !digest)
        return digest.takeError();
  return blobs->putEncoding(encodeDirectory(directory));
}

llvm::Expected<std::optional<Directory>> LocalContentStore::directory(const base::Digest& digest) {
  auto encoded = blobs->read(digest);
  if (!encoded)
    return encoded.takeError();
  if (!*encoded)
    return std::nullopt;
  auto directory = decodeDirectory(**encoded);
  if (directory)
    return std::move(*directory);
  // The bytes are what their digest says, but were never a directory: whoever named them one erred.
  llvm::consumeError(directory.takeError());
  return llvm::make_error<NoDirectory>(digest);
}

llvm::Expected<bool> LocalContentStore::contains(const Content& content) {
  if (content.kind != EntryKind::Directory)
    return blobs->has(content.digest);
  auto items = walkTree(*this, content.digest);
  if (!items && items.errorIsA<NoDirectory>()) {
    llvm::consumeError(items.takeError());
    return false;
  }
  if (!items)
    return items.takeError();
  if (!*items)
    return false;
  std::atomic<bool> complete = true;
  llvm::Error error = base::forEachItem((*items)->size(), [&](size_t index) -> llvm::Error {
    const Content& item = (**items)[index].entry.content;
    if (item.kind == EntryKind::Directory || !complete)
      return llvm::Error::success();
    auto there = blobs->has(item.digest);
    if (!there)
      return there.takeError();
    if (!*there)
      complete = false;
    return llvm::Error::success();
  });
  if (error)
    return error;
  return complete.load();
}

llvm::Expected<bool> LocalContentStore::copyTo(const Content& content, llvm::StringRef path) {
  if (!trees)
    return writesNothing();
  static std::atomic<unsigned> serial = 0;
  llvm::StringRef parent = llvm::sys::path::parent_path(path);
  if (!parent.empty())
    if (llvm::Error error = base::makeDirectories(parent))
      return error;
  struct stat status;
  if (::lstat(path.str().c_str(), &status) == 0)
    return base::systemError("cannot write `" + base::printable(path) + "`", EEXIST);
  llvm::SmallString<256> temporary(parent);
  llvm::sys::path::append(temporary, ".pipec-copy." + llvm::Twine(::getpid()) + "." +
                                         llvm::Twine(serial.fetch_add(1)));
  auto remove = llvm::make_scope_exit([&] { llvm::consumeError(base::removeTree(temporary)); });
  auto written =
      writeContent(*this, *blobs, content, AT_FDCWD, temporary.str().str(), "", Times::Now);
  if (!written || !*written)
    return written;
  std::string target = path.str();
  int failed = ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE);
  if (failed != 0 && (errno == EINVAL || errno == ENOSYS)) // a file system that cannot promise it
    failed = ::rename(temporary.c_str(), target.c_str());
  if (failed != 0)
    return base::systemError("cannot write `" + base::printable(path) + "`", errno);
  remove.release();
  return true;
}

static llvm::Error keepsNoRoots() {
  return base::worldError("this store keeps no root file systems");
}
llvm::Expected<bool> ContentStore::pieces(const base::Digest& digest,
                                          llvm::function_ref<void(llvm::StringRef)> use) {
  auto all = bytes(digest);
  if (!all)
    return all.takeError();
  if (!*all)
    return false;
  use(**all);
  return true;
}

llvm::Expected<std::string> ContentStore::newFolder() {
  return keepsNoRoots();
}
llvm::Expected<std::optional<std::string>> ContentStore::findRoot(const base::Digest& id) {
  return keepsNoRoots();
}
llvm::Expected<std::string> ContentStore::keepRoot(const base::Digest& id, llvm::StringRef root) {
  return keepsNoRoots();
}

static llvm::Expected<std::string> absoluteFolder(llvm::StringRef folder) {
  llvm::SmallString<256> absolute(folder);
  if (std::error_code code = llvm::sys::fs::make_absolute(absolute))
    return base::worldError("cannot open the store `" + folder + "`: " + code.message());
  return absolute.str().str();
}

llvm::Expected<std::unique_ptr<ContentStore>> openLocalContentStore(llvm::StringRef folder) {
  auto absolute = absoluteFolder(folder);
  if (!absolute)
    return absolute.takeError();
  if (llvm::Error error = folder::makeFolders(*absolute))
    return error;
  if (llvm::Error error = refuseLinksInStore(*absolute))
    return error;
  auto store = std::make_unique<LocalContentStore>();
  if (llvm::Error error = store->open(*absolute))
    return error;
  return store;
}

llvm::Expected<std::unique_ptr<ContentStore>> openContentStoreForReading(llvm::StringRef folder) {
  auto absolute = absoluteFolder(folder);
  if (!absolute)
    return absolute.takeError();
  if (llvm::Error error = refuseLinksInStore(*absolute))
    return error;
  auto store = std::make_unique<LocalContentStore>();
  if (llvm::Error error = store->openForReading(*absolute))
    return error;
  return store;
}

llvm::Error checkRoom(llvm::StringRef folder) {
  static constexpr uint64_t LeastBytes = 16 * 1024 * 1024;
  static constexpr uint64_t LeastFiles = 256;
  struct statvfs disk;
  std::string path = folder.str();
  if (::statvfs(path.c_str(), &disk) != 0)
    return unusableStore("cannot write to `" + folder + "`", errno);
  bool countsFiles = disk.f_files != 0;
  if (uint64_t(disk.f_bavail) * disk.f_frsize < LeastBytes ||
      (countsFiles && disk.f_favail < LeastFiles))
    return unusableStore("cannot write to `" + folder + "`", ENOSPC);
  return llvm::Error::success();
}

} // namespace pipec::cas
