// Preparing an unpacked image.
#include "runtime/sandbox/image_root.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/fixed_time.h"
#include "compiler/base/parallel.h"
#include "runtime/sandbox/etc_plan.h"
#include "runtime/sandbox/step_environment.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <mutex>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

llvm::Error problem(const llvm::Twine& what) {
  return base::systemError("cannot prepare an image's root: " + what, errno);
}

/// Removes every `user.` attribute; a file system without any has none.
bool removeAttributes(int file) {
  char names[4096];
  ssize_t size = ::flistxattr(file, names, sizeof names);
  if (size < 0)
    return errno == ENOTSUP || errno == EPERM;
  for (const char* name = names; name < names + size; name += llvm::StringRef(name).size() + 1)
    if (llvm::StringRef(name).starts_with("user.") && ::fremovexattr(file, name) != 0)
      return false;
  return true;
}

/// Brings the folders of a root into shape, level by level; within one they are independent.
class Shaper {
public:
  explicit Shaper(std::string rootFolder) : root(std::move(rootFolder)) {}

  llvm::Error shape() {
    std::vector<std::string> level{root};
    while (!level.empty()) {
      std::vector<std::string> next;
      auto one = [&](size_t index) -> llvm::Error {
        std::vector<std::string> below;
        if (llvm::Error error = shapeFolder(level[index], below))
          return error;
        std::lock_guard lock(mutex);
        next.insert(next.end(), below.begin(), below.end());
        return llvm::Error::success();
      };
      if (llvm::Error error = base::forEachItem(level.size(), one))
        return error;
      level = std::move(next);
    }
    return llvm::Error::success();
  }

private:
  llvm::Error shapeFolder(const std::string& path, std::vector<std::string>& below);
  static bool shapeFile(int folder, const char* name, const struct stat& status);

  std::string root;
  std::mutex mutex;
};

} // namespace

bool Shaper::shapeFile(int folder, const char* name, const struct stat& status) {
  if (!S_ISREG(status.st_mode))
    return ::unlinkat(folder, name, 0) == 0;
  mode_t mode = (status.st_mode & 0777) | S_IRUSR;
  if (mode != (status.st_mode & 07777) && ::fchmodat(folder, name, mode, 0) != 0)
    return false;
  int file = ::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0)
    return false;
  bool good = removeAttributes(file);
  int reason = errno;
  ::close(file);
  errno = reason;
  return good;
}

llvm::Error Shaper::shapeFolder(const std::string& path, std::vector<std::string>& below) {
  // Its parent was opened without following links, and nobody else is here.
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0 ||
      ::chmod(path.c_str(), (status.st_mode & 01777) | S_IRWXU) != 0)
    return problem("`" + path + "`");
  int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR* stream = folder < 0 ? nullptr : ::fdopendir(folder);
  if (!stream)
    return problem("`" + path + "`");
  auto close = llvm::make_scope_exit([&] { ::closedir(stream); });
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream))
    if (llvm::StringRef name(entry->d_name); name != "." && name != "..")
      names.push_back(name.str());
  if (!removeAttributes(folder))
    return problem("the attributes of `" + path + "`");
  for (const std::string& name : names) {
    struct stat child;
    if (::fstatat(folder, name.c_str(), &child, AT_SYMLINK_NOFOLLOW) != 0)
      return problem("`" + path + "/" + name + "`");
    if (S_ISDIR(child.st_mode))
      below.push_back(path + "/" + name);
    else if (!S_ISLNK(child.st_mode) && !shapeFile(folder, name.c_str(), child))
      return problem("`" + path + "/" + name + "`");
  }
  const timespec times[2] = {status.st_atim, status.st_mtim};
  return ::futimens(folder, times) == 0 ? llvm::Error::success() : problem("`" + path + "`");
}

/// Everything in a root has a time that does not tell when it was unpacked.
static llvm::Error setFixedTime(const std::string& path) {
  const timespec times[2] = {{base::FixedTime, 0}, {base::FixedTime, 0}};
  return ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0
             ? llvm::Error::success()
             : problem("the time of `" + path + "`");
}

static llvm::Error prepareOwnPlaces(const std::string& root) {
  if (llvm::Error error = base::removeTree(root + "/sys"))
    return error;
  for (llvm::StringRef place : OwnPlaces) {
    std::string path = root + place.str();
    if (llvm::Error error = base::removeTree(path))
      return error;
    if (::mkdir(path.c_str(), 0755) != 0)
      return problem("`" + path + "`");
    if (llvm::Error error = setFixedTime(path))
      return error;
  }
  return llvm::Error::success();
}

/// The text of a plain file; empty if there is none.
static llvm::Expected<std::string> textOf(const std::string& path) {
  auto files = base::makeRealFileSystem();
  auto status = files->status(path, /*followLinks=*/false);
  if (!status)
    return status.takeError();
  if (!*status || (*status)->kind != base::FileKind::Regular)
    return std::string();
  return files->read(path);
}

static llvm::Error prepareEtc(const std::string& etc) {
  struct stat status;
  if (::lstat(etc.c_str(), &status) != 0) {
    if (errno != ENOENT || ::mkdir(etc.c_str(), 0755) != 0)
      return problem("`/etc`");
  } else if (!S_ISDIR(status.st_mode)) {
    return base::usageError("its /etc is no folder");
  }
  auto write = [&](llvm::StringRef name, llvm::StringRef content) -> llvm::Error {
    std::string path = etc + "/" + name.str();
    if (llvm::Error error = base::removeTree(path))
      return error;
    if (llvm::Error error = base::writeFileAtomically(path, content))
      return error;
    if (::chmod(path.c_str(), 0644) != 0)
      return problem("`/etc/" + name + "`");
    return setFixedTime(path);
  };
  for (llvm::StringRef name : {"hosts", "hostname", "resolv.conf"})
    if (llvm::Error error = write(name, madeUpFile(name)))
      return error;
  for (llvm::StringRef name : {"passwd", "group"}) {
    auto own = textOf(etc + "/" + name.str());
    if (!own)
      return own.takeError();
    if (llvm::Error error = write(name, withStepUser(name, *own)))
      return error;
  }
  return setFixedTime(etc);
}

llvm::Error prepareImageRoot(llvm::StringRef root) {
  std::string folder = root.str();
  if (llvm::Error error = Shaper(folder).shape())
    return error;
  if (llvm::Error error = prepareOwnPlaces(folder))
    return error;
  if (llvm::Error error = prepareEtc(folder + "/etc"))
    return error;
  return setFixedTime(folder);
}

llvm::Expected<bool> hasMountPoint(llvm::StringRef root, llvm::StringRef path, bool wantsFolder) {
  llvm::SmallVector<llvm::StringRef, 8> components;
  path.split(components, '/', -1, /*KeepEmpty=*/false);
  std::string place = root.str();
  for (size_t i = 0; i < components.size(); ++i) {
    place += "/" + components[i].str();
    bool isFolder = wantsFolder || i + 1 < components.size();
    struct stat status;
    if (::lstat(place.c_str(), &status) != 0) {
      if (errno == ENOENT)
        return false;
      return problem("`" + place + "`");
    }
    if (isFolder ? !S_ISDIR(status.st_mode) : !S_ISREG(status.st_mode))
      return base::usageError("`" + path + "` cannot be shown to a step: in its image `" +
                              place.substr(root.size()) + "` is " +
                              (S_ISLNK(status.st_mode) ? "a link"
                               : isFolder              ? "no folder"
                                                       : "no file"));
  }
  return true;
}

} // namespace pipec::sandbox
