// Finding the workspace, and its lock.
#include "runtime/workspace/workspace.h"

#include "compiler/base/error.h"
#include "runtime/folder/files.h"
#include "runtime/workspace/known_folders.h"
#include "runtime/workspace/state_folder.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace pipec::workspace {

namespace path = llvm::sys::path;

/// Whether a workspace may be looked for in `folder` too, coming from the folder `below` in it.
static bool maySearch(const struct stat& folder, const struct stat& below) {
  bool isSameOwners = folder.st_uid == below.st_uid || folder.st_uid == ::geteuid();
  return isSameOwners && folder.st_dev == below.st_dev && !(folder.st_mode & S_IWOTH);
}

llvm::Expected<Workspace> findWorkspace() {
  llvm::SmallString<256> current;
  if (std::error_code failed = llvm::sys::fs::real_path(".", current))
    return base::worldError("cannot tell the current folder: " + failed.message());
  auto has = [](llvm::StringRef folder, llvm::StringRef name) {
    llvm::SmallString<256> candidate(folder);
    path::append(candidate, name);
    struct stat status;
    return ::lstat(candidate.c_str(), &status) == 0 && (name == ".git" || !S_ISREG(status.st_mode));
  };
  llvm::StringRef root = current, folder = current;
  struct stat status, above;
  bool isKnown = ::stat(current.c_str(), &status) == 0;
  while (!has(folder, ".pipec") && !has(folder, ".git")) {
    folder = path::parent_path(folder);
    if (folder.empty() || !isKnown || ::stat(folder.str().c_str(), &above) != 0 ||
        !maySearch(above, status)) {
      folder = current;
      break;
    }
    status = above;
  }
  root = folder;
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

llvm::Expected<Standing> lookAtState(const Workspace& workspace, const Warn& warn) {
  Standing standing = look(workspace.root);
  if (standing.kind == Standing::Kind::Refused)
    return base::worldError(standing.problem);
  if (!standing.unbelieved.empty())
    warn(describeUnbelieved(standing) + ", which is not believed; " +
         (standing.isTracked ? "to keep it out of git, type `git rm -r --cached .pipec`"
                             : "if it is yours, type `pipec trust`"));
  return standing;
}

llvm::Error prepareState(const Workspace& workspace, const Warn& warn) {
  return prepare(workspace.root, warn);
}

// ---- the lock ------------------------------------------------------------------

/// Who last took the lock: the process on the first line, for messages, and a number of the build's
/// own on the second, since one process may build several times. Empty: nobody has.
static std::string holderOf(int descriptor) {
  char text[64];
  ssize_t size = ::pread(descriptor, text, sizeof text, 0);
  return std::string(text, size > 0 ? static_cast<size_t>(size) : 0);
}

static std::string shown(llvm::StringRef holder) {
  llvm::StringRef process = holder.split('\n').first;
  return process.empty() ? "another pipec" : ("another pipec (process " + process + ")").str();
}

llvm::Error WorkspaceLock::acquire(llvm::function_ref<void(llvm::StringRef holder)> waiting) {
  using namespace std::chrono_literals;
  // flock cannot wait with a limit, so it is asked again and again.
  auto deadline = std::chrono::steady_clock::now() + 1h;
  for (auto pause = 10ms; ::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0;
       pause = std::min(2 * pause, 200ms)) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return base::systemError("cannot lock `" + file + "`", errno);
    if (pause == 10ms)
      waiting(shown(holderOf(descriptor.get())));
    if (std::chrono::steady_clock::now() > deadline)
      return base::worldError(shown(holderOf(descriptor.get())) +
                              " has been building in this workspace for an hour");
    std::this_thread::sleep_for(pause);
  }
  return llvm::Error::success();
}

void WorkspaceLock::writeHolder() {
  // For messages and lend(); on a full disk they have to do without it.
  if (::ftruncate(descriptor.get(), 0) == 0)
    (void)!::pwrite(descriptor.get(), holder.data(), holder.size(), 0);
}

llvm::Expected<WorkspaceLock>
WorkspaceLock::take(const Workspace& workspace,
                    std::function<void(llvm::StringRef holder)> waiting) {
  std::string file = workspace.state() + "/lock";
  folder::Descriptor open = folder::openFile(file, O_RDWR | O_CREAT);
  if (!open)
    return folder::failure("open", file, errno);
  std::string holder = std::to_string(::getpid()) + "\n" + newFolderId() + "\n";
  WorkspaceLock lock(std::move(open), std::move(file), std::move(holder));
  if (llvm::Error error = lock.acquire(waiting))
    return error;
  lock.writeHolder();
  return lock;
}

void WorkspaceLock::lend() {
  ::flock(descriptor.get(), LOCK_UN);
}

llvm::Expected<bool> WorkspaceLock::takeBack(std::function<void(llvm::StringRef holder)> waiting) {
  if (llvm::Error error = acquire(waiting))
    return error;
  bool mine = holderOf(descriptor.get()) == holder;
  writeHolder();
  return mine;
}

} // namespace pipec::workspace
