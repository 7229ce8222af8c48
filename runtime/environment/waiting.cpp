// Entering and leaving the place where executions wait for an environment.
#include "runtime/environment/waiting.h"

#include "compiler/base/error.h"
#include "runtime/environment/lock.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/STLExtras.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace pipec::environment {

bool Waiter::isBefore(const Waiter& other) const {
  return std::tie(origin.resolved, execution) < std::tie(other.origin.resolved, other.execution);
}

llvm::Expected<std::unique_ptr<WaitingPlace>>
WaitingPlace::enter(llvm::StringRef state, llvm::StringRef environment, Waiter me) {
  std::string place = lockFile(state, environment, ".waiting");
  if (llvm::Error error = folder::makeFolders(place))
    return error;
  std::string name = me.execution + "-" + std::to_string(::getpid());
  // Nobody may see the file before it is locked and whole.
  std::string hidden = place + "/." + name;
  int file = folder::openFile(hidden, O_RDWR | O_CREAT | O_TRUNC).release();
  if (file < 0)
    return folder::failure("write", hidden, errno);
  std::unique_ptr<WaitingPlace> entered(
      new WaitingPlace(std::move(place), std::move(name), file, std::move(me)));
  std::string content = encodeOrigin(entered->me_.origin);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0 ||
      ::write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size()) ||
      !folder::rename(hidden, entered->path(entered->name_))) {
    int failed = errno;
    folder::unlinkFile(hidden);
    return folder::failure("write", hidden, failed);
  }
  return entered;
}

WaitingPlace::~WaitingPlace() {
  folder::unlinkFile(path(name_));
  ::close(file_);
}

/// nullopt: its process is gone, or it has left.
static std::optional<Waiter> readWaiter(const std::string& path, llvm::StringRef name) {
  folder::Descriptor file = folder::openFile(path, O_RDONLY);
  if (!file)
    return std::nullopt;
  if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) {
    folder::unlinkFile(path);
    return std::nullopt;
  }
  std::string content;
  char buffer[4096];
  for (ssize_t size; (size = ::read(file.get(), buffer, sizeof buffer)) > 0;)
    content.append(buffer, static_cast<size_t>(size));
  auto origin = decodeOrigin(content);
  if (!origin || !*origin) {
    llvm::consumeError(origin.takeError());
    return std::nullopt;
  }
  return Waiter{name.rsplit('-').first.str(), std::move(**origin)};
}

std::vector<Waiter> WaitingPlace::others() const {
  std::vector<Waiter> waiters;
  auto entries = folder::list(folder_);
  if (!entries) {
    llvm::consumeError(entries.takeError());
    return waiters;
  }
  for (const base::DirectoryEntry& entry : *entries)
    if (entry.name != name_ && !llvm::StringRef(entry.name).starts_with("."))
      if (auto waiter = readWaiter(path(entry.name), entry.name))
        waiters.push_back(std::move(*waiter));
  llvm::sort(waiters, [](const Waiter& a, const Waiter& b) { return a.isBefore(b); });
  return waiters;
}

} // namespace pipec::environment
