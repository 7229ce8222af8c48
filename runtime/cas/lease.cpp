// Leases by OFD locks.
#include "runtime/cas/lease.h"

#include "runtime/cas/clock.h"
#include "runtime/folder/files.h"

#include <fcntl.h>

namespace pipec::cas {

static std::string fileOf(llvm::StringRef store) {
  return store.str() + "/lease";
}

Lease Lease::take(llvm::StringRef store) {
  Descriptor file = folder::openFile(fileOf(store), O_RDONLY | O_CREAT);
  if (file) {
    struct flock byte = {};
    byte.l_type = F_RDLCK;
    byte.l_whence = SEEK_SET;
    byte.l_start = nowMs();
    byte.l_len = 1;
    ::fcntl(file.get(), F_OFD_SETLK, &byte);
  }
  return Lease(std::move(file));
}

std::optional<int64_t> oldestLease(llvm::StringRef store) {
  // Locks are per open file: those of this process are seen through another one only.
  Descriptor file = folder::openFile(fileOf(store), O_RDONLY);
  if (!file)
    return std::nullopt;
  // The kernel names one lock that is in the way; the earliest is found when there is none before.
  std::optional<int64_t> oldest;
  for (;;) {
    struct flock range = {};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    range.l_len = oldest ? *oldest : 0; // 0: to the end
    if ((oldest && *oldest == 0) || ::fcntl(file.get(), F_OFD_GETLK, &range) != 0 ||
        range.l_type == F_UNLCK)
      return oldest;
    oldest = range.l_start;
  }
}

} // namespace pipec::cas
