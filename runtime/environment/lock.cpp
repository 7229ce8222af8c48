// Taking an environment's lock, with an end to the wait.
#include "runtime/environment/lock.h"

#include "compiler/base/digest.h"
#include "compiler/base/error.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/StringExtras.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace pipec::environment {

std::string lockFile(llvm::StringRef folder, llvm::StringRef environment, llvm::StringRef suffix) {
  std::string name;
  for (char c : environment.rsplit(':').second)
    name += llvm::isAlnum(c) ? c : '_';
  return (folder + "/locks/" + name + "-" + base::digestOf(environment).shortHex() + suffix).str();
}

/// Best effort: it is only shown.
static std::string readHolder(int file) {
  char text[256];
  ssize_t size = ::pread(file, text, sizeof text, 0);
  return size > 0 ? llvm::StringRef(text, static_cast<size_t>(size)).trim().str() : std::string();
}
static void writeHolder(int file, llvm::StringRef holder) {
  if (::ftruncate(file, 0) == 0)
    (void)!::pwrite(file, holder.data(), holder.size(), 0);
}

llvm::Expected<std::unique_ptr<EnvironmentLock>>
EnvironmentLock::acquire(llvm::StringRef state, llvm::StringRef environment, llvm::StringRef holder,
                         const Wait& wait) {
  std::string path = lockFile(state, environment, ".lock");
  if (llvm::Error error = folder::makeFolders((state + "/locks").str()))
    return error;
  int file = folder::openFile(path, O_RDWR | O_CREAT).release();
  if (file < 0)
    return folder::failure("open", path, errno);
  std::unique_ptr<EnvironmentLock> lock(new EnvironmentLock(file));
  auto end = std::chrono::steady_clock::now() + wait.timeout;
  std::chrono::milliseconds pause{5};
  bool told = false;
  // There is no flock() with a timeout, and a signal to cut it short would be the whole process's.
  for (;;) {
    bool isNext = !wait.isNext || wait.isNext();
    if (isNext && ::flock(file, LOCK_EX | LOCK_NB) == 0)
      break;
    if (isNext && errno != EWOULDBLOCK && errno != EINTR)
      return base::systemError("cannot lock `" + path + "`", errno);
    if (std::chrono::steady_clock::now() >= end || wait.interrupted())
      return nullptr;
    if (!std::exchange(told, true))
      wait.onWait(readHolder(file));
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(200));
  }
  writeHolder(file, holder);
  return lock;
}

EnvironmentLock::~EnvironmentLock() {
  ::close(file_);
}

} // namespace pipec::environment
