// Reaching files from the descriptor of the folder that they are in.
#include "runtime/folder/files.h"

#include "compiler/base/error.h"
#include "compiler/base/files_at.h"
#include "compiler/base/text.h"
#include "runtime/folder/held.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <sys/syscall.h>
#include <unistd.h>

namespace pipec::folder {

/// The same name by name, for kernels and containers without openat2.
static int openStepwise(int folder, llvm::StringRef below, int flags, mode_t mode) {
  Descriptor current;
  int from = folder;
  if (below.consume_front("/")) {
    current = Descriptor(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    from = current.get();
  }
  while (true) {
    auto [name, rest] = below.split('/');
    if (name == "..") {
      errno = EXDEV;
      return -1;
    }
    if (rest.empty())
      return ::openat(from, name.empty() ? "." : name.str().c_str(), flags | O_NOFOLLOW, mode);
    Descriptor next(
        ::openat(from, name.str().c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next) {
      // A link is no folder, to openat; to whoever reads the message it is a link.
      struct stat status;
      if (errno == ENOTDIR &&
          ::fstatat(from, name.str().c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        errno = S_ISLNK(status.st_mode) ? ELOOP : ENOTDIR;
      return -1;
    }
    current = std::move(next);
    from = current.get();
    below = rest;
  }
}

static Descriptor openAt(const Anchor& anchor, int flags) {
  open_how how = {};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.mode = flags & O_CREAT ? anchor.fileMode : 0;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS |
                (anchor.descriptor == AT_FDCWD ? 0 : RESOLVE_BENEATH);
  long opened;
  do
    opened = ::syscall(SYS_openat2, anchor.descriptor, anchor.below.c_str(), &how, sizeof how);
  while (opened < 0 && (errno == EAGAIN || errno == EINTR));
  // Filters of containers that do not know the call say EPERM.
  if (opened < 0 && (errno == ENOSYS || errno == EPERM))
    opened = openStepwise(anchor.descriptor, anchor.below, flags | O_CLOEXEC, anchor.fileMode);
  return Descriptor(static_cast<int>(opened));
}

namespace {

/// The open folder that a path is in, and the name there.
struct Place {
  Descriptor folder;
  std::string name;
  Anchor anchor;
  explicit operator bool() const { return static_cast<bool>(folder); }
};

} // namespace

static Place placeOf(const std::string& path) {
  Place place{{}, "", anchorOf(path)};
  llvm::StringRef below = place.anchor.below;
  size_t slash = below.rfind('/');
  place.name = below.drop_front(slash == llvm::StringRef::npos ? 0 : slash + 1).str();
  Anchor parent = place.anchor;
  parent.below =
      slash == llvm::StringRef::npos ? "." : below.take_front(std::max<size_t>(slash, 1)).str();
  place.folder = openAt(parent, O_PATH | O_DIRECTORY);
  return place;
}

Descriptor openFile(const std::string& path, int flags) {
  Anchor anchor = anchorOf(path);
  bool isFolder = flags & O_DIRECTORY;
  // Waits for no other end of a pipe, and makes no terminal this process's own.
  Descriptor file = openAt(anchor, flags | (isFolder ? 0 : O_NONBLOCK | O_NOCTTY));
  struct stat status;
  if (!file || isFolder || (flags & O_PATH))
    return file;
  if (::fstat(file.get(), &status) != 0)
    return {};
  if (!S_ISREG(status.st_mode)) {
    file.close();
    errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    return {};
  }
  // In a folder that a group shares, what the umask took is given back to a file that is new.
  if ((flags & O_CREAT) && status.st_size == 0 && status.st_uid == ::geteuid() &&
      (status.st_mode & 0777) != anchor.fileMode && anchor.fileMode != 0600)
    ::fchmod(file.get(), anchor.fileMode);
  return file;
}

bool lookAt(const std::string& path, struct stat& status) {
  Place place = placeOf(path);
  return place &&
         ::fstatat(place.folder.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

bool unlinkFile(const std::string& path) {
  Place place = placeOf(path);
  return place && ::unlinkat(place.folder.get(), place.name.c_str(), 0) == 0;
}

bool removeFolder(const std::string& path) {
  Place place = placeOf(path);
  return place && ::unlinkat(place.folder.get(), place.name.c_str(), AT_REMOVEDIR) == 0;
}

bool rename(const std::string& from, const std::string& to) {
  Place source = placeOf(from), target = placeOf(to);
  return source && target &&
         ::renameat(source.folder.get(), source.name.c_str(), target.folder.get(),
                    target.name.c_str()) == 0;
}

bool touch(const std::string& path) {
  Place place = placeOf(path);
  return place &&
         ::utimensat(place.folder.get(), place.name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW) == 0;
}

bool makeFolder(const std::string& path) {
  Place place = placeOf(path);
  mode_t mode = place.anchor.folderMode;
  if (!place || ::mkdirat(place.folder.get(), place.name.c_str(), mode & 0777) != 0)
    return false;
  // A group's folder: the umask has taken what the group is to have.
  return mode == 0700 || ::fchmodat(place.folder.get(), place.name.c_str(), mode, 0) == 0;
}

llvm::Error makeFolders(const std::string& path) {
  if (openFile(path, O_PATH | O_DIRECTORY))
    return llvm::Error::success();
  if (errno != ENOENT)
    return failure("make the folder", path, errno);
  llvm::StringRef parent = llvm::sys::path::parent_path(path);
  if (!parent.empty() && parent != path)
    if (llvm::Error error = makeFolders(parent.str()))
      return error;
  // Another process may be faster, and what it has made is looked at as above.
  if (makeFolder(path) || (errno == EEXIST && openFile(path, O_PATH | O_DIRECTORY)))
    return llvm::Error::success();
  return failure("make the folder", path, errno);
}

llvm::Error write(const std::string& path, llvm::StringRef content, bool durable) {
  if (llvm::Error error = makeFolders(llvm::sys::path::parent_path(path).str()))
    return error;
  Place place = placeOf(path);
  if (!place)
    return failure("write", path, errno);
  return base::replaceFile({place.folder.get(), place.name, base::printable(path)}, content,
                           place.anchor.fileMode, durable);
}

llvm::Expected<std::optional<std::string>> read(const std::string& path, uint64_t limit) {
  Descriptor file = openFile(path, O_RDONLY);
  if (!file && (errno == ENOENT || errno == ENOTDIR))
    return std::nullopt;
  struct stat status;
  if (!file || ::fstat(file.get(), &status) != 0)
    return failure("read", path, errno);
  if (static_cast<uint64_t>(status.st_size) > limit)
    return failure("read", path, EFBIG);
  std::string content;
  char buffer[16384];
  ssize_t count;
  while ((count = ::read(file.get(), buffer, sizeof buffer)) != 0) {
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return failure("read", path, errno);
    content.append(buffer, static_cast<size_t>(count));
    if (content.size() > limit)
      return failure("read", path, EFBIG);
  }
  return content;
}

static base::FileKind kindOf(const dirent& entry, int folder) {
  mode_t mode = DTTOIF(entry.d_type);
  struct stat status;
  if (entry.d_type == DT_UNKNOWN &&
      ::fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
    mode = status.st_mode;
  return S_ISREG(mode)   ? base::FileKind::Regular
         : S_ISDIR(mode) ? base::FileKind::Directory
         : S_ISLNK(mode) ? base::FileKind::Symlink
                         : base::FileKind::Other;
}

llvm::Expected<std::vector<base::DirectoryEntry>> list(const std::string& path) {
  Descriptor folder = openFile(path, O_RDONLY | O_DIRECTORY);
  if (!folder)
    return failure("list", path, errno);
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(folder.get()), ::closedir);
  if (!stream)
    return failure("list", path, errno);
  folder.release();
  std::vector<base::DirectoryEntry> entries;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    llvm::StringRef name(entry->d_name);
    if (name != "." && name != "..")
      entries.push_back({name.str(), kindOf(*entry, ::dirfd(stream.get()))});
    errno = 0;
  }
  if (errno != 0)
    return failure("list", path, errno);
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

llvm::Error removeTree(const std::string& path) {
  Place place = placeOf(path);
  if (!place)
    return errno == ENOENT || errno == ENOTDIR ? llvm::Error::success()
                                               : failure("remove", path, errno);
  return base::removeTree({place.folder.get(), place.name, base::printable(path)});
}

/// `error` with `wrong` in its text replaced.
static llvm::Error renamed(llvm::Error error, const std::string& wrong, const std::string& right) {
  return llvm::handleErrors(std::move(error), [&](const base::Error& failed) -> llvm::Error {
    std::string text = failed.message();
    for (size_t at = 0; (at = text.find(wrong, at)) != std::string::npos; at += right.size())
      text.replace(at, wrong.size(), right);
    return llvm::make_error<base::Error>(failed.category(), std::move(text));
  });
}

llvm::Error withAnchoredPath(const std::string& path,
                             llvm::function_ref<llvm::Error(const std::string&)> use) {
  std::string parent = llvm::sys::path::parent_path(path).str();
  if (llvm::Error error = makeFolders(parent))
    return error;
  Place place = placeOf(path);
  if (!place)
    return failure("write", path, errno);
  std::string anchored = "/proc/self/fd/" + std::to_string(place.folder.get());
  return renamed(use(anchored + "/" + place.name), anchored, base::printable(parent));
}

llvm::Error failure(llvm::StringRef action, const std::string& path, int reason) {
  std::string shown = base::printable(path);
  if (reason == ELOOP || reason == EXDEV)
    return base::worldError("cannot " + action + " `" + shown +
                            "`: it is a symbolic link or lies behind one, and pipec follows none "
                            "to what it keeps; remove the link");
  if (reason == EINVAL)
    return base::worldError("cannot " + action + " `" + shown + "`: it is no regular file");
  return base::systemError("cannot " + action + " `" + shown + "`", reason);
}

} // namespace pipec::folder
