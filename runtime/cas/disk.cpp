// System calls with their loops.
#include "runtime/cas/disk.h"

#include "compiler/base/sparse_file.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::cas {

ssize_t readSome(int descriptor, char* buffer, size_t size) {
  ssize_t count;
  do
    count = ::read(descriptor, buffer, size);
  while (count < 0 && errno == EINTR);
  return count;
}

bool readAll(int descriptor, uint64_t expected, std::string& bytes) {
  bytes.resize(expected + 1);
  size_t used = 0;
  for (;;) {
    if (used == bytes.size())
      bytes.resize(bytes.size() * 2);
    ssize_t count = readSome(descriptor, bytes.data() + used, bytes.size() - used);
    if (count < 0)
      return false;
    if (count == 0)
      break;
    used += static_cast<size_t>(count);
  }
  bytes.resize(used);
  return true;
}

bool writeAll(int descriptor, llvm::StringRef bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR)
      return false;
    if (count > 0)
      bytes = bytes.drop_front(static_cast<size_t>(count));
  }
  return true;
}

bool readNames(int folder, std::vector<std::pair<std::string, unsigned char>>& names) {
  int unnoted = ::fcntl(folder, F_GETFL) & O_NOATIME;
  int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | unnoted);
  if (copy < 0)
    return false;
  DIR* stream = ::fdopendir(copy);
  if (!stream) {
    ::close(copy);
    return false;
  }
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) {
    llvm::StringRef name(entry->d_name);
    if (name != "." && name != "..")
      names.emplace_back(name.str(), entry->d_type);
    errno = 0;
  }
  int reason = errno;
  ::closedir(stream);
  errno = reason;
  std::sort(names.begin(), names.end());
  return reason == 0;
}

void noteAccess(int parent, const std::string& name) {
  const timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
  ::utimensat(parent, name.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

bool readLink(int folder, const char* name, std::string& target) {
  target.resize(256);
  for (;;) {
    ssize_t size = ::readlinkat(folder, name, target.data(), target.size());
    if (size < 0)
      return false;
    if (static_cast<size_t>(size) < target.size()) {
      target.resize(static_cast<size_t>(size));
      return true;
    }
    target.resize(target.size() * 2);
  }
}

} // namespace pipec::cas
