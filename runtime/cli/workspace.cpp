// Finding the workspace, and its lock.
#include "runtime/cli/workspace.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace pipec::cli {

namespace path = llvm::sys::path;

llvm::Expected<Workspace> findWorkspace() {
  llvm::SmallString<256> current;
  if (std::error_code failed = llvm::sys::fs::real_path(".", current))
    return base::worldError("cannot tell the current folder: " + failed.message());
  auto nearestWith = [&](llvm::StringRef name, bool folderOnly) -> llvm::StringRef {
    for (llvm::StringRef folder = current; !folder.empty(); folder = path::parent_path(folder)) {
      llvm::SmallString<256> candidate(folder);
      path::append(candidate, name);
      if (folderOnly ? llvm::sys::fs::is_directory(candidate) : llvm::sys::fs::exists(candidate))
        return folder;
    }
    return {};
  };
  llvm::StringRef root = nearestWith(".pipec", /*folderOnly=*/true);
  if (root.empty())
    root = nearestWith(".git", /*folderOnly=*/false);
  if (root.empty())
    root = current;
  Workspace workspace;
  workspace.root = root.str();
  workspace.current = current.str().drop_front(root.size()).ltrim('/').str();
  return workspace;
}

llvm::Expected<std::string> Workspace::relative(llvm::StringRef typed) const {
  llvm::SmallString<256> absolute;
  if (path::is_absolute(typed)) {
    absolute = typed;
  } else {
    absolute = root;
    path::append(absolute, current, typed);
  }
  path::remove_dots(absolute, /*remove_dot_dot=*/true);
  llvm::StringRef rest = absolute;
  if (rest == root)
    return std::string(".");
  bool below = rest.consume_front(root) && (rest.consume_front("/") || root == "/");
  if (!below)
    return base::usageError("`" + typed + "` is outside the workspace `" + root + "`");
  return rest.str();
}

llvm::Error prepareState(const Workspace& workspace) {
  std::string ignore = workspace.state() + "/.gitignore";
  if (llvm::sys::fs::exists(ignore))
    return llvm::Error::success();
  if (llvm::Error error = base::makeDirectories(workspace.state()))
    return error;
  // On a full disk the build can do without it, and the next one tries again.
  llvm::consumeError(base::writeFileAtomically(ignore, "*\n"));
  return llvm::Error::success();
}

// ---- the lock ------------------------------------------------------------------

/// The process that last took the lock; empty: nobody has.
static std::string holderOf(int descriptor) {
  char text[32];
  ssize_t size = ::pread(descriptor, text, sizeof text, 0);
  return llvm::StringRef(text, size > 0 ? static_cast<size_t>(size) : 0).trim().str();
}

static std::string shown(const std::string& holder) {
  return holder.empty() ? "another pipec" : "another pipec (process " + holder + ")";
}

llvm::Error WorkspaceLock::acquire(llvm::function_ref<void(llvm::StringRef holder)> waiting) {
  using namespace std::chrono_literals;
  // flock cannot wait with a limit, so it is asked again and again.
  auto deadline = std::chrono::steady_clock::now() + 1h;
  for (auto pause = 10ms; ::flock(descriptor, LOCK_EX | LOCK_NB) != 0;
       pause = std::min(2 * pause, 200ms)) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return base::systemError("cannot lock `" + file + "`", errno);
    if (pause == 10ms)
      waiting(shown(holderOf(descriptor)));
    if (std::chrono::steady_clock::now() > deadline)
      return base::worldError(shown(holderOf(descriptor)) +
                              " has been building in this workspace for an hour");
    std::this_thread::sleep_for(pause);
  }
  return llvm::Error::success();
}

void WorkspaceLock::writeHolder() {
  // For messages and lend(); on a full disk they have to do without it.
  std::string process = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) == 0)
    (void)!::pwrite(descriptor, process.data(), process.size(), 0);
}

llvm::Expected<WorkspaceLock>
WorkspaceLock::take(const Workspace& workspace,
                    std::function<void(llvm::StringRef holder)> waiting) {
  std::string file = workspace.state() + "/lock";
  int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0)
    return base::systemError("cannot open `" + file + "`", errno);
  WorkspaceLock lock(descriptor, std::move(file));
  if (llvm::Error error = lock.acquire(waiting))
    return error;
  lock.writeHolder();
  return lock;
}

void WorkspaceLock::lend() {
  ::flock(descriptor, LOCK_UN);
}

llvm::Expected<bool> WorkspaceLock::takeBack(std::function<void(llvm::StringRef holder)> waiting) {
  if (llvm::Error error = acquire(waiting))
    return error;
  bool mine = holderOf(descriptor) == std::to_string(::getpid());
  writeHolder();
  return mine;
}

WorkspaceLock::~WorkspaceLock() {
  if (descriptor >= 0)
    ::close(descriptor);
}

} // namespace pipec::cli
