// One function for each kind of operation.
#include "runtime/sandbox/root_setup.h"

#include "runtime/sandbox/copy_tree.h"
#include "runtime/sandbox/overlay_setup.h"
#include "runtime/sandbox/root_plan.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

bool makeFolders(const char* path, unsigned mode, Failure& failure) {
  if (::mkdir(path, mode) == 0) {
    // The file creation mask must not take bits from a mode such as 01777.
    if ((mode & 0022) != 0 && ::chmod(path, mode) != 0)
      return failed(failure, "cannot set the mode of the folder `%s`", path);
    return true;
  }
  if (errno == EEXIST)
    return true;
  const char* slash = std::strrchr(path, '/');
  char parent[4096];
  if (errno != ENOENT || !slash || static_cast<size_t>(slash - path) >= sizeof parent)
    return failed(failure, "cannot make the folder `%s`", path);
  std::memcpy(parent, path, static_cast<size_t>(slash - path));
  parent[slash - path] = '\0';
  if (!makeFolders(parent, 0755, failure))
    return false;
  return ::mkdir(path, mode) == 0 || failed(failure, "cannot make the folder `%s`", path);
}

bool writeFile(const char* path, const char* content, size_t size, unsigned mode,
               Failure& failure) {
  int file = ::open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) {
    // A mount point may be there already.
    if (size == 0 && errno == EEXIST)
      return true;
    return failed(failure, "cannot write `%s`", path);
  }
  bool good = true;
  while (good && size > 0) {
    ssize_t written = ::write(file, content, size);
    good = written >= 0 || errno == EINTR;
    if (written > 0) {
      content += written;
      size -= static_cast<size_t>(written);
    }
  }
  if (!good)
    failed(failure, "cannot write `%s`", path);
  ::close(file);
  return good;
}

bool makeWhiteout(const char* path, Failure& failure) {
  char parent[4096];
  const char* slash = std::strrchr(path, '/');
  std::snprintf(parent, sizeof parent, "%.*s", static_cast<int>(slash - path), path);
  if (!makeFolders(parent, 0755, failure))
    return false;
  return ::mknod(path, S_IFCHR, 0) == 0 || failed(failure, "cannot hide `%s`", path);
}

bool bind(const char* source, const char* path, uint64_t attributes, Failure& failure) {
  if (::mount(source, path, nullptr, MS_BIND | MS_REC, nullptr) != 0)
    return failed(failure, "cannot show `%s` to a step", source);
  return attributes == 0 || setMountAttributes(path, attributes, true, failure);
}

bool mountProc(const char* path, bool guardSettings, MessageReader& items, uint64_t count,
               Failure& failure) {
  // Whose memory a step may not read, it need not see: the process that looks after it.
  if (::mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=ptraceable") != 0) {
    // In a container whose own /proc is partly covered a fresh one is refused.
    if (errno != EPERM || ::mount("/proc", path, nullptr, MS_BIND | MS_REC, nullptr) != 0)
      return failed(failure, "cannot mount proc");
  }
  char below[256];
  for (; count > 0; --count) {
    std::snprintf(below, sizeof below, "%s/%s", path, items.text());
    bool isFolder = below[std::strlen(below) - 1] == '/';
    // The module that made it may be gone.
    if (::mount(isFolder ? staging::EmptyFolder : staging::EmptyFile, below, nullptr, MS_BIND,
                nullptr) != 0 &&
        errno != ENOENT)
      return failed(failure, "cannot cover `%s`", below);
  }
  std::snprintf(below, sizeof below, "%s/sys", path);
  return !guardSettings || bind(below, below, MOUNT_ATTR_RDONLY, failure);
}

struct Fields {
  OperationKind kind;
  const char* path;
  const char* source;
  size_t sourceSize;
  uint64_t flags;
  uint64_t itemCount;
};

Fields readFields(MessageReader& plan) {
  Fields fields;
  fields.kind = static_cast<OperationKind>(plan.number());
  fields.path = plan.text();
  fields.source = plan.text();
  fields.sourceSize = plan.number();
  fields.flags = plan.number();
  fields.itemCount = plan.number();
  return fields;
}

bool perform(const Fields& fields, MessageReader& plan, Failure& failure) {
  unsigned mode = static_cast<unsigned>(fields.flags);
  switch (fields.kind) {
  case OperationKind::MakeDirectory:
    return makeFolders(fields.path, mode, failure);
  case OperationKind::WriteFile:
    return writeFile(fields.path, fields.source, fields.sourceSize, mode, failure);
  case OperationKind::CopyFile:
    errno = copyFile(fields.source, fields.path, mode);
    return errno == 0 || failed(failure, "cannot copy `%s`", fields.source);
  case OperationKind::Symlink:
    return ::symlink(fields.source, fields.path) == 0 ||
           failed(failure, "cannot make the link `%s`", fields.path);
  case OperationKind::Whiteout:
    return makeWhiteout(fields.path, failure);
  case OperationKind::Tmpfs:
    return ::mount("tmpfs", fields.path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") == 0 ||
           failed(failure, "cannot mount a tmpfs");
  case OperationKind::Bind:
    return bind(fields.source, fields.path, fields.flags, failure);
  case OperationKind::SetAttributes: {
    bool recursive = fields.itemCount > 0;
    for (uint64_t item = 0; item < fields.itemCount; ++item)
      plan.text();
    return setMountAttributes(fields.path, fields.flags, recursive, failure);
  }
  case OperationKind::Mask:
    return mountMask(fields.path, fields.source, fields.flags == 0, plan, fields.itemCount,
                     failure);
  case OperationKind::Overlay:
    return mountOverlay(fields.path, fields.source, fields.flags, plan, fields.itemCount, failure);
  case OperationKind::Proc:
    return mountProc(fields.path, fields.flags != 0, plan, fields.itemCount, failure);
  }
  return true;
}

} // namespace

bool performPlan(MessageReader& plan, Failure& failure) {
  for (uint64_t count = plan.number(); count > 0; --count)
    if (!perform(readFields(plan), plan, failure))
      return false;
  return true;
}

bool enterRoot(Failure& failure) {
  // The old root lands on top of the new one, and is then taken away (see pivot_root(2), NOTES).
  if (::chdir(staging::Root) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 ||
      ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0)
    return failed(failure, "cannot change to the step's root");
  return true;
}

} // namespace pipec::sandbox
