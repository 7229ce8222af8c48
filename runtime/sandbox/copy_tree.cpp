// Copying of trees by descriptors, so that no path grows longer than a name.
#include "runtime/sandbox/copy_tree.h"

#include "compiler/base/sparse_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// Zero or an errno.
int copyBytes(int from, int to) {
  struct stat status;
  if (::fstat(from, &status) != 0)
    return errno;
  if (status.st_size > 0)
    return base::copySparse(from, to);
  // Some file systems do not say how much there is.
  static thread_local char buffer[64 * 1024];
  for (;;) {
    ssize_t count = ::read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return count == 0 ? 0 : errno;
    for (ssize_t done = 0; done < count;) {
      ssize_t written = ::write(to, buffer + done, static_cast<size_t>(count - done));
      if (written < 0 && errno != EINTR)
        return errno;
      if (written > 0)
        done += written;
    }
  }
}

int copyFileAt(int fromFolder, const char* fromName, int toFolder, const char* toName,
               unsigned mode) {
  int from = ::openat(fromFolder, fromName, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (from < 0)
    return errno;
  struct stat status;
  int reason = ::fstat(from, &status) == 0 ? 0 : errno;
  int to = -1;
  if (reason == 0) {
    to = ::openat(toFolder, toName, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to < 0)
      reason = errno;
  }
  if (reason == 0)
    reason = copyBytes(from, to);
  timespec times[2] = {status.st_mtim, status.st_mtim};
  if (reason == 0 && (::fchmod(to, mode) != 0 || ::futimens(to, times) != 0))
    reason = errno;
  if (to >= 0 && ::close(to) != 0 && reason == 0)
    reason = errno;
  ::close(from);
  return reason;
}

int copyLinkAt(int from, int to, const char* name) {
  char target[4096];
  ssize_t size = ::readlinkat(from, name, target, sizeof target - 1);
  if (size < 0)
    return errno;
  target[size] = '\0';
  return ::symlinkat(target, to, name) == 0 ? 0 : errno;
}

/// Removes what is at `name`, whatever it is; nothing there is no error.
int removeAt(int folder, const char* name) {
  if (::unlinkat(folder, name, 0) == 0 || errno == ENOENT)
    return 0;
  if (errno != EISDIR && errno != EPERM)
    return errno;
  int child = ::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR* stream = child < 0 ? nullptr : ::fdopendir(child);
  if (!stream)
    return errno;
  int reason = 0;
  while (const dirent* entry = ::readdir(stream))
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0 &&
        reason == 0)
      reason = removeAt(child, entry->d_name);
  ::closedir(stream);
  if (reason == 0 && ::unlinkat(folder, name, AT_REMOVEDIR) != 0)
    reason = errno;
  return reason;
}

class Copier {
public:
  Copier(const CopyOptions& options, CopyFailure& failure) : options(options), failure(failure) {}

  bool folder(int from, int to) {
    int again = ::openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* stream = again < 0 ? nullptr : ::fdopendir(again);
    if (!stream)
      return fail(errno);
    bool good = true;
    while (const dirent* entry = good ? ::readdir(stream) : nullptr) {
      if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0)
        continue;
      size_t before = length;
      push(entry->d_name);
      if (!options.skip || !options.skip(path, options.context))
        good = this->entry(from, to, entry->d_name);
      path[length = before] = '\0';
    }
    ::closedir(stream);
    return good;
  }

private:
  const CopyOptions& options;
  CopyFailure& failure;
  char path[8192] = "";
  size_t length = 0;

  void push(const char* name) {
    int added = std::snprintf(path + length, sizeof path - length, length ? "/%s" : "%s", name);
    if (added > 0 && length + static_cast<size_t>(added) < sizeof path)
      length += static_cast<size_t>(added);
  }

  bool fail(int reason) {
    failure.errorNumber = reason;
    size_t shown = std::min(length, sizeof failure.path - 1);
    std::memcpy(failure.path, path, shown);
    failure.path[shown] = '\0';
    return false;
  }

  bool entry(int from, int to, const char* name) {
    struct stat status;
    if (::fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
      return fail(errno);
    int reason = 0;
    if (S_ISDIR(status.st_mode))
      return subfolder(from, to, name, status);
    if (S_ISCHR(status.st_mode) && status.st_rdev == 0)
      reason = removeAt(to, name);
    else if (S_ISREG(status.st_mode))
      reason = regular(from, to, name, status.st_mode & 07777);
    else if (S_ISLNK(status.st_mode) && (reason = removeAt(to, name)) == 0)
      reason = copyLinkAt(from, to, name);
    if (reason == 0 || (options.skipUnreadable && reason == EACCES))
      return true;
    return fail(reason);
  }

  int regular(int from, int to, const char* name, unsigned mode) {
    if (int reason = removeAt(to, name))
      return reason;
    if (options.link && ::linkat(from, name, to, name, 0) == 0)
      return 0;
    return copyFileAt(from, name, to, name, mode);
  }

  bool subfolder(int from, int to, const char* name, const struct stat& status) {
    int source = ::openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (source < 0)
      return (options.skipUnreadable && errno == EACCES) || fail(errno);
    int target = -1;
    bool good = true;
    if (::mkdirat(to, name, 0700) != 0 && errno == EEXIST) {
      struct stat present;
      if (::fstatat(to, name, &present, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(present.st_mode) &&
          (removeAt(to, name) != 0 || ::mkdirat(to, name, 0700) != 0))
        good = fail(errno);
    }
    if (good) {
      target = ::openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      good = target >= 0 || fail(errno);
    }
    good = good && folder(source, target);
    timespec times[2] = {status.st_mtim, status.st_mtim};
    if (good &&
        (::fchmod(target, (status.st_mode & 07777) | 0700) != 0 || ::futimens(target, times) != 0))
      good = fail(errno);
    if (target >= 0)
      ::close(target);
    ::close(source);
    return good;
  }
};

} // namespace

bool copyTree(const char* source, const char* destination, const CopyOptions& options,
              CopyFailure& failure) {
  if (::mkdir(destination, 0755) != 0 && errno != EEXIST) {
    failure.errorNumber = errno;
    return false;
  }
  int from = ::open(source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int to = from < 0 ? -1 : ::open(destination, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool good = to >= 0;
  if (!good)
    failure.errorNumber = errno;
  Copier copier(options, failure);
  good = good && copier.folder(from, to);
  if (to >= 0)
    ::close(to);
  if (from >= 0)
    ::close(from);
  return good;
}

int copyFile(const char* source, const char* path, unsigned mode) {
  return copyFileAt(AT_FDCWD, source, AT_FDCWD, path, mode);
}

} // namespace pipec::sandbox
