// Scratch folders whose owner the kernel knows.
#include "runtime/engine/step_scratch.h"

#include "compiler/base/error.h"
#include "runtime/folder/files.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::engine {

static constexpr llvm::StringLiteral LockSuffix = ".lock";

/// Takes the lock file, made if need be. -1: somebody has it. A file that was removed between the
/// opening and the locking is nobody's.
static llvm::Expected<int> takeLock(const std::string& path, int flags) {
  while (true) {
    int descriptor = folder::openFile(path, O_RDWR | flags).release();
    if (descriptor < 0)
      return folder::failure("open", path, errno);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      ::close(descriptor);
      return -1;
    }
    struct stat opened, named;
    if (::fstat(descriptor, &opened) == 0 && folder::lookAt(path, named) &&
        opened.st_ino == named.st_ino && opened.st_dev == named.st_dev)
      return descriptor;
    ::close(descriptor);
    if (!(flags & O_CREAT))
      return -1;
  }
}

static void release(const std::string& folder, int descriptor) {
  // The folder first: as long as the lock is there, somebody will finish this.
  llvm::Error removed = folder::removeTree(folder);
  if (!removed)
    folder::unlinkFile(folder + LockSuffix.str());
  llvm::consumeError(std::move(removed));
  ::close(descriptor);
}

/// What belongs to other users, or is in use, stays.
static void removeAbandoned(const std::string& parent) {
  auto entries = folder::list(parent);
  if (!entries)
    return llvm::consumeError(entries.takeError());
  for (const base::DirectoryEntry& entry : *entries) {
    llvm::StringRef name = entry.name;
    if (!name.consume_back(LockSuffix))
      continue;
    std::string folder = (parent + "/" + name).str();
    auto lock = takeLock(folder + LockSuffix.str(), 0);
    if (!lock)
      llvm::consumeError(lock.takeError());
    else if (*lock >= 0)
      release(folder, *lock);
  }
}

llvm::Expected<StepScratch> StepScratch::make(std::string parent) {
  if (llvm::Error error = folder::makeFolders(parent))
    return error;
  removeAbandoned(parent);
  for (unsigned serial = 0;; ++serial) {
    std::string folder = parent + "/" + std::to_string(::getpid()) + "-" + std::to_string(serial);
    auto lock = takeLock(folder + LockSuffix.str(), O_CREAT);
    if (!lock)
      return lock.takeError();
    if (*lock < 0)
      continue; // a process of another pid namespace
    if (folder::makeFolder(folder))
      return StepScratch(std::move(folder), *lock);
    int problem = errno;
    ::close(*lock);
    if (problem != EEXIST)
      return base::systemError("cannot make the folder `" + folder + "`", problem);
  }
}

StepScratch::StepScratch(StepScratch&& other) noexcept
    : folder(std::move(other.folder)), descriptor(std::exchange(other.descriptor, -1)) {}

StepScratch::~StepScratch() {
  if (descriptor >= 0)
    release(folder, descriptor);
}

} // namespace pipec::engine
