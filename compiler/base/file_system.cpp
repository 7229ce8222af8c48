// The machine's file system behind the FileSystem seam, and the few writes everyone shares.
#include "compiler/base/file_system.h"

#include "compiler/base/error.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
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

static llvm::Error syncDirectory(llvm::StringRef path) {
  int descriptor =
      ::open(path.empty() ? "." : path.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 || ::fsync(descriptor) != 0) {
    int reason = errno;
    if (descriptor >= 0)
      ::close(descriptor);
    return systemError("cannot sync `" + path + "`", reason);
  }
  ::close(descriptor);
  return llvm::Error::success();
}

llvm::Error writeFileAtomically(llvm::StringRef path, llvm::StringRef content, bool durable) {
  llvm::StringRef parent = llvm::sys::path::parent_path(path);
  if (!parent.empty())
    if (llvm::Error error = makeDirectories(parent))
      return error;
  static std::atomic<unsigned> serial = 0;
  std::string temporary =
      (path + ".tmp." + llvm::Twine(::getpid()) + "." + llvm::Twine(serial.fetch_add(1))).str();
  int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return systemError("cannot write `" + path + "`", errno);
  llvm::Error error = writeAll(descriptor, content, path);
  if (!error && durable && ::fsync(descriptor) != 0)
    error = systemError("cannot sync `" + path + "`", errno);
  if (::close(descriptor) != 0 && !error)
    error = systemError("cannot write `" + path + "`", errno);
  if (!error && ::rename(temporary.c_str(), path.str().c_str()) != 0)
    error = systemError("cannot write `" + path + "`", errno);
  if (error) {
    ::unlink(temporary.c_str());
    return error;
  }
  return durable ? syncDirectory(parent) : llvm::Error::success();
}

llvm::Error makeDirectories(llvm::StringRef path) {
  if (std::error_code code = llvm::sys::fs::create_directories(path, /*IgnoreExisting=*/true))
    return worldError("cannot make the folder `" + path + "`: " + code.message());
  return llvm::Error::success();
}

static llvm::Error removeAt(int parent, const char* name, const std::string& shown) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT)
    return llvm::Error::success();
  if (errno != EISDIR && errno != EPERM && errno != EACCES)
    return systemError("cannot remove `" + shown + "`", errno);
  struct stat status;
  if (::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? llvm::Error::success()
                           : systemError("cannot remove `" + shown + "`", errno);
  if (!S_ISDIR(status.st_mode))
    return systemError("cannot remove `" + shown + "`", EACCES);
  if ((status.st_mode & 0700) != 0700)
    ::fchmodat(parent, name, 0700, 0);
  int descriptor = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0)
    return systemError("cannot remove `" + shown + "`", errno);
  DIR* stream = ::fdopendir(descriptor);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream))
    if (llvm::StringRef child(entry->d_name); child != "." && child != "..")
      names.push_back(child.str());
  llvm::Error error = llvm::Error::success();
  for (const std::string& child : names)
    if (!error)
      error = removeAt(descriptor, child.c_str(), shown + "/" + child);
  ::closedir(stream);
  if (error)
    return error;
  if (::unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
    return systemError("cannot remove `" + shown + "`", errno);
  return llvm::Error::success();
}

llvm::Error removeTree(llvm::StringRef path) {
  return removeAt(AT_FDCWD, path.str().c_str(), path.str());
}

} // namespace pipec::base
