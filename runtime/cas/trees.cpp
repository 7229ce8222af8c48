// Making, checking and replacing materialised trees.
#include "runtime/cas/trees.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/fixed_time.h"
#include "compiler/base/parallel.h"
#include "runtime/cas/clock.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <atomic>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::cas {

std::string bootId() {
  Descriptor file(::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC));
  std::string id;
  if (!file || !readAll(file.get(), 64, id))
    return "unknown";
  return llvm::StringRef(id).trim().str();
}

Trees::Trees(ContentStore& contentStore, Blobs& blobStore, Scratch& own, std::string storeFolder)
    : store(contentStore), blobs(blobStore), scratch(own), all(std::move(storeFolder) + "/trees"),
      boot(bootId()) {}

static bool looksUntouched(const struct stat& status) {
  if (status.st_mtim.tv_sec != base::FixedTime || status.st_mtim.tv_nsec != 0)
    return false;
  mode_t mode = status.st_mode & 07777;
  if (S_ISREG(status.st_mode))
    return mode == 0644 || mode == 0755;
  return S_ISLNK(status.st_mode) || (S_ISDIR(status.st_mode) && mode == 0755);
}

/// Looks at the entries of one folder, and appends its folders to `below`. False: something was
/// touched, or cannot be read.
static bool isFolderUntouched(const std::string& folder, std::vector<std::string>& below) {
  Descriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  std::vector<std::pair<std::string, unsigned char>> names;
  if (!open || !readNames(open.get(), names))
    return false;
  for (const auto& [name, type] : names) {
    struct stat status;
    if (::fstatat(open.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !looksUntouched(status))
      return false;
    if (S_ISDIR(status.st_mode))
      below.push_back(folder + "/" + name);
  }
  return true;
}

/// Whether every time and mode below `path` is as writeContent left it. A folder's own time tells
/// of names that came or went, so no list of names is needed.
static bool isUntouched(const std::string& path) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0 || !looksUntouched(status))
    return false;
  std::vector<std::string> level;
  if (S_ISDIR(status.st_mode))
    level.push_back(path);
  std::atomic<bool> untouched = true;
  while (untouched && !level.empty()) {
    std::mutex mutex;
    std::vector<std::string> next;
    llvm::cantFail(base::forEachItem(level.size(), [&](size_t index) {
      std::vector<std::string> below;
      if (untouched && !isFolderUntouched(level[index], below))
        untouched = false;
      std::lock_guard lock(mutex);
      next.insert(next.end(), below.begin(), below.end());
      return llvm::Error::success();
    }));
    level = std::move(next);
  }
  return untouched;
}

/// Whether `path` is as it was made, which it is used for now. It stays then: one that a collection
/// takes away in this moment is found to be used, and put back.
static bool isUsable(const std::string& path) {
  if (!isUntouched(path))
    return false;
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0)
    return false;
  if (milliseconds(status.st_atim) < nowMs() - UseGranularityMs)
    noteAccess(AT_FDCWD, path);
  return ::access(path.c_str(), F_OK) == 0;
}

/// Removing an old tree costs about what making one costs, so each new one pays for one old one.
void Trees::removeOneOfEarlierBoots() {
  Descriptor folder(::open(all.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::vector<std::pair<std::string, unsigned char>> boots;
  if (!folder || !readNames(folder.get(), boots))
    return;
  for (const auto& [old, type] : boots) {
    if (old == boot)
      continue;
    // `<boot id>/ab/cdef…`: the first tree of the first group; groups that are empty go as well.
    Descriptor groups(::openat(folder.get(), old.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    std::vector<std::pair<std::string, unsigned char>> names;
    if (!groups || !readNames(groups.get(), names))
      return;
    for (const auto& [group, groupType] : names) {
      std::string path = all + "/" + old + "/" + group;
      if (::rmdir(path.c_str()) == 0)
        continue;
      Descriptor trees(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      std::vector<std::pair<std::string, unsigned char>> found;
      if (trees && readNames(trees.get(), found) && !found.empty())
        llvm::consumeError(base::removeTree(path + "/" + found.front().first));
      return;
    }
    ::rmdir((all + "/" + old).c_str());
  }
}

static llvm::Error unusable(llvm::Error error) {
  if (error.isA<LostContent>() || error.isA<NoDirectory>())
    return error; // that is about the content, wherever it is stored
  return llvm::make_error<UnusableStore>(base::describe(std::move(error)).second);
}

llvm::Expected<bool> Trees::make(const Content& content, const std::string& path) {
  auto tmp = scratch.folder();
  if (!tmp)
    return tmp.takeError();
  std::string name = scratch.newName();
  std::string building = scratch.pathOf(name);
  auto remove = llvm::make_scope_exit([&] { llvm::consumeError(base::removeTree(building)); });
  uint64_t bytes = 0;
  auto written =
      writeContent(store, blobs, content, *tmp, name, scratch.pathOf(""), Times::Fixed, &bytes);
  if (!written)
    return unusable(written.takeError());
  if (!*written)
    return false;
  noteAccess(*tmp, name);
  if (llvm::Error error = folder::makeFolders(llvm::sys::path::parent_path(path).str()))
    return unusable(std::move(error));
  for (int attempt = 0; ::renameat(*tmp, name.c_str(), AT_FDCWD, path.c_str()) != 0; ++attempt) {
    if (errno != EEXIST && errno != ENOTEMPTY && errno != EISDIR && errno != ENOTDIR)
      return unusableStore("cannot write to the store: cannot make `" + path + "`", errno);
    // Another process was faster, or what is there has been touched.
    if (isUsable(path))
      return true;
    if (attempt == 100)
      return base::worldError("cannot replace `" + path + "` in the store");
    // To the side first: a removal in place would show a half tree to others.
    std::string aside = scratch.newName();
    if (::renameat(AT_FDCWD, path.c_str(), *tmp, aside.c_str()) == 0)
      llvm::consumeError(base::removeTree(scratch.pathOf(aside)));
  }
  remove.release();
  {
    std::lock_guard lock(mutex);
    additions.push_back({content.digest, llvm::sys::path::filename(path).str(), bytes});
  }
  removeOneOfEarlierBoots();
  return true;
}

llvm::Expected<std::optional<std::string>> Trees::materialise(const Content& content) {
  if (content.kind == EntryKind::Symlink)
    return base::worldError("a symbolic link alone cannot be given to a step");
  std::string hex = content.digest.hex();
  llvm::StringRef suffix = content.kind == EntryKind::Directory    ? ".d"
                           : content.kind == EntryKind::Executable ? ".x"
                                                                   : ".f";
  std::string path = all + "/" + boot + "/" + hex.substr(0, 2) + "/" + hex.substr(2) + suffix.str();

  std::unique_lock lock(mutex);
  finished.wait(lock, [&] { return inProgress.count(content) == 0; });
  if (checked.count(content) != 0 && ::access(path.c_str(), F_OK) == 0)
    return path;
  inProgress.insert(content);
  lock.unlock();

  llvm::Expected<bool> made = isUsable(path) ? llvm::Expected<bool>(true) : make(content, path);

  lock.lock();
  inProgress.erase(content);
  if (made && *made)
    checked.insert(content);
  lock.unlock();
  finished.notify_all();
  if (!made)
    return made.takeError();
  if (!*made)
    return std::nullopt;
  return path;
}

bool Trees::hasAdditions() {
  std::lock_guard lock(mutex);
  return !additions.empty();
}

std::vector<TreeAddition> Trees::takeAdditions() {
  std::lock_guard lock(mutex);
  return std::exchange(additions, {});
}

} // namespace pipec::cas
