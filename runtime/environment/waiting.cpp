// Entering and leaving the place where executions wait for an environment.
#include "runtime/environment/waiting.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/environment/lock.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace pipec::environment {

bool Waiter::isBefore(const Waiter& other) const {
  return std::tie(origin.resolved, execution) < std::tie(other.origin.resolved, other.execution);
}

llvm::Expected<std::unique_ptr<WaitingPlace>>
WaitingPlace::enter(llvm::StringRef folder, llvm::StringRef environment, Waiter me) {
  std::string place = lockFile(folder, environment, ".waiting");
  if (llvm::Error error = base::makeDirectories(place))
    return error;
  std::string name = me.execution + "-" + std::to_string(::getpid());
  // Nobody may see the file before it is locked and whole.
  std::string hidden = place + "/." + name;
  int file = ::open(hidden.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0)
    return base::systemError("cannot write `" + hidden + "`", errno);
  std::unique_ptr<WaitingPlace> entered(
      new WaitingPlace(std::move(place), std::move(name), file, std::move(me)));
  std::string content = encodeOrigin(entered->me_.origin);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0 ||
      ::write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size()) ||
      ::rename(hidden.c_str(), entered->path(entered->name_).c_str()) != 0) {
    int failed = errno;
    ::unlink(hidden.c_str());
    return base::systemError("cannot write `" + hidden + "`", failed);
  }
  return entered;
}

WaitingPlace::~WaitingPlace() {
  ::unlink(path(name_).c_str());
  ::close(file_);
}

/// nullopt: its process is gone, or it has left.
static std::optional<Waiter> readWaiter(const std::string& path, llvm::StringRef name) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return std::nullopt;
  auto close = llvm::make_scope_exit([&] { ::close(file); });
  if (::flock(file, LOCK_SH | LOCK_NB) == 0) {
    ::unlink(path.c_str());
    return std::nullopt;
  }
  std::string content;
  char buffer[4096];
  for (ssize_t size; (size = ::read(file, buffer, sizeof buffer)) > 0;)
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
  auto entries = base::makeRealFileSystem()->list(folder_);
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
