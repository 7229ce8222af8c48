// The machine's file system behind the FileSystem seam, and the few writes everyone shares.
#include "compiler/base/file_system.h"

#include "compiler/base/digest.h"
#include "compiler/base/error.h"
#include "compiler/base/files_at.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::base {

static FileKind kindOfMode(mode_t mode) {
  if (S_ISREG(mode))
    return FileKind::Regular;
  if (S_ISDIR(mode))
    return FileKind::Directory;
  if (S_ISLNK(mode))
    return FileKind::Symlink;
  return FileKind::Other;
}

static FileKind kindOfEntry(const dirent& entry) {
  switch (entry.d_type) {
  case DT_REG:
    return FileKind::Regular;
  case DT_DIR:
    return FileKind::Directory;
  case DT_LNK:
    return FileKind::Symlink;
  default:
    return FileKind::Other;
  }
}

static int64_t nanoseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// What is read whole is source text or a small artifact; a sparse file must not exhaust memory.
static constexpr int64_t MaxFileSize = int64_t(1) << 31;

static llvm::Error readInto(int descriptor, std::string& content, llvm::StringRef path) {
  size_t used = 0;
  for (;;) {
    if (used == content.size())
      content.resize(std::max<size_t>(4096, content.size() * 2));
    ssize_t count = ::read(descriptor, content.data() + used, content.size() - used);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError("cannot read `" + path + "`", errno);
    if (count == 0)
      break;
    used += static_cast<size_t>(count);
  }
  content.resize(used);
  return llvm::Error::success();
}

namespace {

class RealFileSystem final : public FileSystem {
public:
  llvm::Expected<std::string> read(llvm::StringRef path) override {
    int descriptor = ::open(path.str().c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
      return systemError("cannot read `" + path + "`", errno);
    auto close = llvm::make_scope_exit([&] { ::close(descriptor); });
    struct stat status;
    if (::fstat(descriptor, &status) != 0)
      return systemError("cannot read `" + path + "`", errno);
    if (status.st_size > MaxFileSize)
      return systemError("cannot read `" + path + "`", EFBIG);
    // One byte more than the size, so that the usual file ends in the second read without growing.
    std::string content(static_cast<size_t>(status.st_size) + 1, '\0');
    if (llvm::Error error = readInto(descriptor, content, path))
      return error;
    return content;
  }

  llvm::Expected<std::optional<FileStatus>> status(llvm::StringRef path,
                                                   bool followLinks) override {
    struct stat s;
    if (::fstatat(AT_FDCWD, path.str().c_str(), &s, followLinks ? 0 : AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
        return std::nullopt;
      return systemError("cannot look at `" + path + "`", errno);
    }
    FileStatus status;
    status.kind = kindOfMode(s.st_mode);
    status.executable = (s.st_mode & 0111) != 0;
    status.mode = s.st_mode & 07777;
    status.size = static_cast<uint64_t>(s.st_size);
    status.modified = nanoseconds(s.st_mtim);
    status.changed = nanoseconds(s.st_ctim);
    status.inode = s.st_ino;
    status.device = s.st_dev;
    return status;
  }

  llvm::Expected<std::vector<DirectoryEntry>> list(llvm::StringRef directory) override {
    DIR* stream = ::opendir(directory.str().c_str());
    if (!stream)
      return systemError("cannot list `" + directory + "`", errno);
    auto close = llvm::make_scope_exit([&] { ::closedir(stream); });
    std::vector<DirectoryEntry> entries;
    errno = 0;
    while (const dirent* entry = ::readdir(stream)) {
      llvm::StringRef name(entry->d_name);
      if (name == "." || name == "..")
        continue;
      FileKind kind = kindOfEntry(*entry);
      if (entry->d_type == DT_UNKNOWN) {
        struct stat s;
        if (::fstatat(::dirfd(stream), entry->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0)
          kind = kindOfMode(s.st_mode);
      }
      entries.push_back({name.str(), kind});
      errno = 0;
    }
    if (errno != 0)
      return systemError("cannot list `" + directory + "`", errno);
    std::sort(entries.begin(), entries.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    return entries;
  }

  llvm::Expected<std::string> readLink(llvm::StringRef path) override {
    std::string target(256, '\0');
    for (;;) {
      ssize_t size = ::readlink(path.str().c_str(), target.data(), target.size());
      if (size < 0)
        return systemError("cannot read the link `" + path + "`", errno);
      if (static_cast<size_t>(size) < target.size()) {
        target.resize(static_cast<size_t>(size));
        return target;
      }
      target.resize(target.size() * 2);
    }
  }
};

} // namespace

std::unique_ptr<FileSystem> makeRealFileSystem() {
  return std::make_unique<RealFileSystem>();
}

static llvm::Error writeAll(int descriptor, llvm::StringRef content, llvm::StringRef path) {
  while (!content.empty()) {
    ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError("cannot write `" + path + "`", errno);
    content = content.drop_front(static_cast<size_t>(count));
  }
  return llvm::Error::success();
}

/// The folder that `place` is in.
static llvm::Error syncFolderOf(const PlaceIn& place) {
  llvm::SmallString<256> parent(llvm::sys::path::parent_path(place.name));
  int descriptor = ::openat(place.folder, parent.empty() ? "." : parent.c_str(),
                            O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 || ::fsync(descriptor) != 0) {
    int reason = errno;
    if (descriptor >= 0)
      ::close(descriptor);
    return systemError("cannot sync the folder of `" + place.shown + "`", reason);
  }
  ::close(descriptor);
  return llvm::Error::success();
}

/// The temporary file of `place`: locked, and empty. It has one name for each user, so that what a
/// killed process left is taken by the next one, and nothing piles up. A short name: the file may
/// have one of 255 bytes already.
static llvm::Expected<int> openTemporary(const PlaceIn& place, std::string& temporary,
                                         mode_t mode) {
  llvm::SmallString<256> path(llvm::sys::path::parent_path(place.name));
  llvm::sys::path::append(path, ".pipec-write." + llvm::Twine(::geteuid()) + "." +
                                    digestOf(llvm::sys::path::filename(place.name)).hex());
  temporary = path.str().str();
  while (true) {
    int descriptor = ::openat(place.folder, temporary.c_str(),
                              O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
    if (descriptor < 0)
      return systemError("cannot write `" + place.shown + "`", errno);
    int failed;
    do
      failed = ::flock(descriptor, LOCK_EX);
    while (failed != 0 && errno == EINTR);
    struct stat opened, named;
    if (failed == 0)
      failed = ::fstat(descriptor, &opened);
    // Whoever had the lock before has given the file its name.
    bool isStale = failed == 0 &&
                   (::fstatat(place.folder, temporary.c_str(), &named, AT_SYMLINK_NOFOLLOW) != 0 ||
                    named.st_ino != opened.st_ino || named.st_dev != opened.st_dev);
    if (failed == 0 && !isStale)
      failed = ::ftruncate(descriptor, 0);
    if (failed == 0 && !isStale)
      return descriptor;
    int reason = errno;
    ::close(descriptor);
    if (!isStale)
      return systemError("cannot write `" + place.shown + "`", reason);
  }
}

/// `exactly`: the umask takes nothing from `mode`.
static llvm::Error replace(const PlaceIn& place, llvm::StringRef content, mode_t mode, bool exactly,
                           bool durable) {
  std::string temporary;
  auto descriptor = openTemporary(place, temporary, mode);
  if (!descriptor)
    return descriptor.takeError();
  llvm::Error error = writeAll(*descriptor, content, place.shown);
  if (!error && exactly && ::fchmod(*descriptor, mode) != 0)
    error = systemError("cannot write `" + place.shown + "`", errno);
  if (!error && durable && ::fsync(*descriptor) != 0)
    error = systemError("cannot sync `" + place.shown + "`", errno);
  // Closing tells what writing did not; the copy, because the lock must last until the rename.
  if (!error && ::close(::dup(*descriptor)) != 0)
    error = systemError("cannot write `" + place.shown + "`", errno);
  if (!error && ::renameat(place.folder, temporary.c_str(), place.folder, place.name.c_str()) != 0)
    error = systemError("cannot write `" + place.shown + "`", errno);
  if (error)
    ::unlinkat(place.folder, temporary.c_str(), 0);
  ::close(*descriptor);
  if (error)
    return error;
  return durable ? syncFolderOf(place) : llvm::Error::success();
}

llvm::Error replaceFile(const PlaceIn& place, llvm::StringRef content, mode_t mode, bool durable) {
  return replace(place, content, mode, /*exactly=*/true, durable);
}

llvm::Error writeFileAtomically(llvm::StringRef path, llvm::StringRef content, bool durable) {
  llvm::StringRef parent = llvm::sys::path::parent_path(path);
  if (!parent.empty())
    if (llvm::Error error = makeDirectories(parent))
      return error;
  return replace({AT_FDCWD, path.str(), path.str()}, content, 0644, /*exactly=*/false, durable);
}

llvm::Error makeDirectories(llvm::StringRef path) {
  if (path.empty())
    return llvm::Error::success();
  std::string name = path.str();
  if (::mkdir(name.c_str(), 0777) == 0)
    return llvm::Error::success();
  if (errno == ENOENT) {
    llvm::StringRef parent = llvm::sys::path::parent_path(path);
    if (parent.empty())
      return systemError("cannot make the folder `" + path + "`", ENOENT);
    if (llvm::Error error = makeDirectories(parent))
      return error;
    if (::mkdir(name.c_str(), 0777) == 0)
      return llvm::Error::success();
  }
  int reason = errno;
  // Also where it may not be made (a read-only disk), what matters is whether it is there.
  struct stat status;
  if (::stat(name.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode))
      return llvm::Error::success();
    reason = ENOTDIR;
  }
  return systemError("cannot make the folder `" + path + "`", reason);
}

namespace {

/// Recursive removal with few open folders: what is nested deeper than MaxDepth is moved up to the
/// top first, so neither descriptors nor the stack limit how deep a tree may be.
class TreeRemoval {
public:
  llvm::Error run(const PlaceIn& place);

private:
  static constexpr unsigned MaxDepth = 100;

  llvm::Error removeEntry(int parent, const std::string& name, const std::string& shown,
                          unsigned depth);
  llvm::Error removeFolder(int parent, const std::string& name, const std::string& shown,
                           unsigned depth);

  int top = -1; ///< the folder at the top
  unsigned moved = 0;
  std::vector<std::string> deferred; ///< what was moved into it
};

} // namespace

llvm::Error TreeRemoval::removeEntry(int parent, const std::string& name, const std::string& shown,
                                     unsigned depth) {
  if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT || errno == ENOTDIR)
    return llvm::Error::success();
  int reason = errno;
  struct stat status;
  if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? llvm::Error::success()
                           : systemError("cannot remove `" + shown + "`", errno);
  if (!S_ISDIR(status.st_mode))
    return systemError("cannot remove `" + shown + "`", reason);
  if ((status.st_mode & 0700) != 0700)
    ::fchmodat(parent, name.c_str(), 0700, 0);
  if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0)
    return llvm::Error::success();
  if (depth == MaxDepth) {
    std::string place;
    int failed;
    do {
      place = ".pipec-remove." + std::to_string(moved++);
      failed = ::renameat(parent, name.c_str(), top, place.c_str());
    } while (failed != 0 && (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR));
    if (failed != 0)
      return systemError("cannot remove `" + shown + "`", errno);
    deferred.push_back(std::move(place));
    return llvm::Error::success();
  }
  return removeFolder(parent, name, shown, depth);
}

llvm::Error TreeRemoval::removeFolder(int parent, const std::string& name, const std::string& shown,
                                      unsigned depth) {
  int descriptor = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR* stream = descriptor < 0 ? nullptr : ::fdopendir(descriptor);
  if (!stream) {
    int reason = errno;
    if (descriptor >= 0)
      ::close(descriptor);
    return systemError("cannot remove `" + shown + "`", reason);
  }
  auto close = llvm::make_scope_exit([&] { ::closedir(stream); });
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream))
    if (llvm::StringRef child(entry->d_name); child != "." && child != "..")
      names.push_back(child.str());
  if (depth == 0)
    top = descriptor;
  for (const std::string& child : names)
    if (llvm::Error error = removeEntry(descriptor, child, shown + "/" + child, depth + 1))
      return error;
  while (depth == 0 && !deferred.empty()) {
    std::string next = std::move(deferred.back());
    deferred.pop_back();
    if (llvm::Error error = removeEntry(descriptor, next, shown + "/" + next, 1))
      return error;
  }
  if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)
    return systemError("cannot remove `" + shown + "`", errno);
  return llvm::Error::success();
}

llvm::Error TreeRemoval::run(const PlaceIn& place) {
  return removeEntry(place.folder, place.name, place.shown, 0);
}

llvm::Error removeTree(const PlaceIn& place) {
  return TreeRemoval().run(place);
}

llvm::Error removeTree(llvm::StringRef path) {
  return removeTree({AT_FDCWD, path.str(), path.str()});
}

} // namespace pipec::base
