// Finding, preparing and publishing root file systems.
#include "runtime/cas/roots.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/parallel.h"
#include "compiler/base/text.h"
#include "runtime/cas/clock.h"
#include "runtime/cas/content_store.h"
#include "runtime/cas/frame.h"
#include "runtime/cas/names.h"
#include "runtime/cas/usage.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Path.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <unistd.h>

namespace pipec::cas {

static llvm::Error cannotMake(const std::string& path) {
  return unusableStore("cannot write to the store: cannot make `" + path + "`", errno);
}

llvm::Expected<std::string> Roots::newFolder() {
  auto tmp = scratch.folder();
  if (!tmp)
    return tmp.takeError();
  std::string path = scratch.pathOf(scratch.newName());
  if (::mkdir(path.c_str(), 0700) != 0)
    return cannotMake(path);
  return path;
}

// ---- finding --------------------------------------------------------------------

bool Roots::isUsable(const std::string& place) {
  // The use is noted before the long look, so that a collection that takes the root away meanwhile
  // puts it back.
  struct stat status;
  if (::lstat(place.c_str(), &status) != 0)
    return false;
  if (milliseconds(status.st_atim) < nowMs() - UseGranularityMs)
    noteAccess(AT_FDCWD, place);
  auto entries = readManifest(place + "/manifest");
  return entries && isAsListed(place + "/root", *entries) && ::access(place.c_str(), F_OK) == 0;
}

void Roots::removeChanged(const std::string& place) {
  if (::access(place.c_str(), F_OK) != 0)
    return;
  auto tmp = scratch.folder();
  if (!tmp)
    return llvm::consumeError(tmp.takeError());
  std::string name = scratch.newName(), aside = scratch.pathOf(name);
  if (::renameat(AT_FDCWD, place.c_str(), *tmp, name.c_str()) != 0)
    return;
  // A collection, or another process that found the same, may have put a whole one there since it
  // was looked at.
  if (isUsable(aside) &&
      ::renameat2(*tmp, name.c_str(), AT_FDCWD, place.c_str(), RENAME_NOREPLACE) == 0)
    return;
  llvm::consumeError(base::removeTree(aside));
}

std::optional<std::string> Roots::find(const base::Digest& id) {
  std::string place = all + "/" + blobName(id);
  std::unique_lock lock(mutex);
  finished.wait(lock, [&] { return inProgress.count(id) == 0; });
  if (checked.count(id) != 0 && ::access(place.c_str(), F_OK) == 0)
    return place + "/root";
  inProgress.insert(id);
  lock.unlock();

  bool usable = isUsable(place);
  if (!usable) {
    removeChanged(place);
    usable = isUsable(place);
  }

  lock.lock();
  inProgress.erase(id);
  if (usable)
    checked.insert(id);
  lock.unlock();
  finished.notify_all();
  return usable ? std::optional(place + "/root") : std::nullopt;
}

// ---- keeping --------------------------------------------------------------------

namespace {

/// One file with all its names, sorted.
struct RootFile {
  std::vector<FoundEntry*> names;
  unsigned number = 0; ///< of those in this root that have the same PoolName::hashFor
};

} // namespace

static std::vector<RootFile> filesOf(std::vector<FoundEntry>& entries) {
  std::vector<RootFile> files;
  std::map<std::pair<dev_t, ino_t>, size_t> byInode;
  for (FoundEntry& found : entries) {
    if (found.entry.kind != RootEntry::Kind::File)
      continue;
    auto [place, isNew] =
        byInode.try_emplace({found.status.st_dev, found.status.st_ino}, files.size());
    if (isNew)
      files.emplace_back();
    files[place->second].names.push_back(&found);
  }
  return files;
}

/// A file that its owner may not read is made readable for a moment: nobody else has it yet.
static Descriptor openAnyFile(int root, const RootEntry& file) {
  static constexpr int Flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC;
  Descriptor open(::openat(root, file.path.c_str(), Flags));
  if (open || errno != EACCES || ::fchmodat(root, file.path.c_str(), file.mode | 0400, 0) != 0)
    return open;
  open = Descriptor(::openat(root, file.path.c_str(), Flags));
  if (::fchmodat(root, file.path.c_str(), file.mode, 0) != 0)
    return {};
  return open;
}

static llvm::Error hashFiles(int root, const std::string& shown, std::vector<RootFile>& files) {
  if (llvm::Error error = base::forEachItem(files.size(), [&](size_t index) -> llvm::Error {
        const RootEntry& first = files[index].names.front()->entry;
        Descriptor file = openAnyFile(root, first);
        base::Digest digest;
        bool writing;
        if (!file || !hashFile(file.get(), -1, digest, writing))
          return base::systemError(
              "cannot read `" + base::printable(shown + "/" + first.path) + "`", errno);
        for (FoundEntry* name : files[index].names)
          name->entry.digest = digest;
        return llvm::Error::success();
      }))
    return error;
  std::map<base::Sha256, unsigned> seen;
  for (RootFile& file : files)
    file.number = seen[PoolName::hashFor(file.names.front()->entry)]++;
  return llvm::Error::success();
}

/// Returns the bytes of the files that are not shared with an older root.
static llvm::Expected<uint64_t> shareFiles(int root, const std::string& poolFolder, int tmp,
                                           llvm::ArrayRef<RootFile> files) {
  RootPool pool(poolFolder);
  if (llvm::Error error = pool.open())
    return error;
  std::atomic<uint64_t> bytes = 0;
  llvm::cantFail(base::forEachItem(files.size(), [&](size_t index) {
    const RootFile& file = files[index];
    const RootEntry& first = file.names.front()->entry;
    llvm::SmallVector<const FoundEntry*, 1> names(file.names.begin(), file.names.end());
    PoolName name{PoolName::hashFor(first), file.number};
    if (!isShareable(first) || !pool.share(root, names, name, tmp))
      bytes += onDisk(first.size);
    return llvm::Error::success();
  }));
  return bytes.load();
}

static llvm::Error writeManifest(const std::string& path, llvm::ArrayRef<FoundEntry> found,
                                 uint64_t& bytes) {
  std::vector<RootEntry> entries;
  entries.reserve(found.size());
  for (const FoundEntry& one : found)
    entries.push_back(one.entry);
  std::string text = encodeManifest(entries);
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file || !writeAll(file.get(), text) || !file.close())
    return cannotMake(path);
  bytes += onDisk(text.size());
  return llvm::Error::success();
}

llvm::Expected<uint64_t> Roots::prepare(const std::string& building) {
  std::string path = building + "/root", links = building + "/links";
  auto entries = walkRoot(path);
  if (!entries)
    return entries.takeError();
  Descriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root)
    return base::systemError("cannot open `" + path + "`", errno);
  std::vector<RootFile> files = filesOf(*entries);
  if (llvm::Error error = hashFiles(root.get(), path, files))
    return error;
  if (::mkdir(links.c_str(), 0700) != 0)
    return cannotMake(links);
  Descriptor tmp(::open(links.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  auto bytes = shareFiles(root.get(), pool, tmp.get(), files);
  if (!bytes)
    return bytes.takeError();
  if (llvm::Error error = base::removeTree(links))
    return error;
  *bytes += BlockSize; // of `building`
  for (const FoundEntry& found : *entries) {
    if (found.entry.kind != RootEntry::Kind::Folder)
      continue;
    const timespec times[2] = {{0, UTIME_OMIT}, found.status.st_mtim};
    if (::utimensat(root.get(), found.entry.path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
      return cannotMake(path + "/" + found.entry.path);
    *bytes += BlockSize;
  }
  if (llvm::Error error = writeManifest(building + "/manifest", *entries, *bytes))
    return error;
  // Once for all: the next boot finds all of it or nothing.
  if (::syncfs(root.get()) != 0)
    return cannotMake(path);
  return *bytes;
}

llvm::Error Roots::publish(const std::string& building, const std::string& place, uint64_t bytes,
                           const base::Digest& id) {
  if (::mkdir(all.c_str(), 0700) != 0 && errno != EEXIST)
    return cannotMake(all);
  std::string group = llvm::sys::path::parent_path(place).str();
  if (::mkdir(group.c_str(), 0700) != 0 && errno != EEXIST)
    return cannotMake(group);
  noteAccess(AT_FDCWD, building);
  for (int attempt = 0; ::rename(building.c_str(), place.c_str()) != 0; ++attempt) {
    if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
      return cannotMake(place);
    if (isUsable(place))
      return llvm::Error::success(); // another process was faster
    static constexpr int Attempts = 100;
    if (attempt == Attempts)
      return base::worldError("cannot replace `" + place + "` in the store");
    if (::unlink(place.c_str()) != 0) // somebody's file
      removeChanged(place);
  }
  std::lock_guard lock(mutex);
  additions.push_back({id, bytes});
  return llvm::Error::success();
}

llvm::Expected<std::string> Roots::keep(const base::Digest& id, llvm::StringRef root) {
  auto building = newFolder();
  if (!building)
    return building.takeError();
  auto remove = llvm::make_scope_exit([&] { llvm::consumeError(base::removeTree(*building)); });
  std::string inside = *building + "/root";
  if (::rename(root.str().c_str(), inside.c_str()) != 0)
    return base::systemError("cannot move `" + base::printable(root) + "` into the store", errno);
  auto bytes = prepare(*building);
  if (!bytes)
    return bytes.takeError();
  std::string place = all + "/" + blobName(id);
  if (llvm::Error error = publish(*building, place, *bytes, id))
    return error;
  std::lock_guard lock(mutex);
  checked.insert(id);
  return place + "/root";
}

bool Roots::hasAdditions() {
  std::lock_guard lock(mutex);
  return !additions.empty();
}

std::vector<RootAddition> Roots::takeAdditions() {
  std::lock_guard lock(mutex);
  return std::exchange(additions, {});
}

} // namespace pipec::cas
