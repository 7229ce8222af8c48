// Workspace: the folder that an invocation works in, and pipec's own folder in it.
#pragma once

#include "runtime/folder/descriptor.h"
#include "runtime/workspace/standing.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <string>

namespace pipec::workspace {

struct Workspace {
  std::string root;    ///< absolute, without links
  std::string current; ///< of the working directory, relative to `root`; empty at the top

  std::string state() const { return root + "/.pipec"; }
  /// A path as the user typed it, relative to `root`. A usage error if it leads outside.
  llvm::Expected<std::string> relative(llvm::StringRef path) const;
};

/// The nearest folder upward from the working directory that has `.pipec/` or `.git` (a folder, or
/// the file of a second work tree), else the working directory. The search ends there: it leaves no
/// work tree, no file system, enters no folder of another owner unless that is this user, and none
/// that everybody may write to, such as /tmp.
llvm::Expected<Workspace> findWorkspace();

/// May be called from any thread.
using Warn = std::function<void(llvm::StringRef message)>;

/// What of `.pipec` may be believed (runtime/workspace/standing.h), for those who only read. `warn`
/// gets one sentence if something may not. An error if it is a link or another user's.
llvm::Expected<Standing> lookAtState(const Workspace& workspace, const Warn& warn);
/// Makes `.pipec/` one of this user's own before anything is written to it.
llvm::Error prepareState(const Workspace& workspace, const Warn& warn);

/// One build at a time works in a workspace: two that need the same step would both execute it.
/// Queries and dry runs need no lock. The lock is the kernel's (flock), so it ends with its
/// process, however that dies; the file stays.
class WorkspaceLock {
public:
  /// Waits at most an hour; `waiting` is called once, with who holds it, before the wait.
  static llvm::Expected<WorkspaceLock> take(const Workspace& workspace,
                                            std::function<void(llvm::StringRef holder)> waiting);
  WorkspaceLock(WorkspaceLock&&) noexcept = default;
  WorkspaceLock& operator=(WorkspaceLock&&) = delete;

  /// Lets others build for a while. May be called more than once, and from any thread.
  void lend();
  /// Ends lend(), with the wait of take(). False: another build has worked here meanwhile.
  llvm::Expected<bool> takeBack(std::function<void(llvm::StringRef holder)> waiting);

private:
  llvm::Error acquire(llvm::function_ref<void(llvm::StringRef holder)> waiting);
  void writeHolder();

  WorkspaceLock(folder::Descriptor open, std::string path, std::string name)
      : descriptor(std::move(open)), file(std::move(path)), holder(std::move(name)) {}
  folder::Descriptor descriptor;
  std::string file;
  std::string holder; ///< what `file` says as long as nobody else has taken the lock
};

} // namespace pipec::workspace
