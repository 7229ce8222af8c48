// Workspace: the folder that an invocation works in, and pipec's own folder in it.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <string>

namespace pipec::cli {

struct Workspace {
  std::string root;    ///< absolute, without links
  std::string current; ///< of the working directory, relative to `root`; empty at the top

  std::string state() const { return root + "/.pipec"; }
  /// A path as the user typed it, relative to `root`. A usage error if it leads outside.
  llvm::Expected<std::string> relative(llvm::StringRef path) const;
};

/// The nearest folder upward from the working directory that has `.pipec/`, else `.git` (a folder,
/// or the file of a second work tree), else the working directory.
llvm::Expected<Workspace> findWorkspace();

/// Makes `.pipec/` with a `.gitignore` that keeps it out of git.
llvm::Error prepareState(const Workspace& workspace);

/// One build at a time works in a workspace: two that need the same step would both execute it.
/// Queries and dry runs need no lock. The lock is the kernel's (flock), so it ends with its
/// process, however that dies; the file stays.
class WorkspaceLock {
public:
  /// Waits at most an hour; `waiting` is called once, with who holds it, before the wait.
  static llvm::Expected<WorkspaceLock> take(const Workspace& workspace,
                                            std::function<void(llvm::StringRef holder)> waiting);
  WorkspaceLock(WorkspaceLock&& other) noexcept
      : descriptor(std::exchange(other.descriptor, -1)), file(std::move(other.file)) {}
  WorkspaceLock& operator=(WorkspaceLock&&) = delete;
  ~WorkspaceLock();

  /// Lets others build for a while. May be called more than once, and from any thread.
  void lend();
  /// Ends lend(), with the wait of take(). False: another process has built here meanwhile.
  llvm::Expected<bool> takeBack(std::function<void(llvm::StringRef holder)> waiting);

private:
  llvm::Error acquire(llvm::function_ref<void(llvm::StringRef holder)> waiting);
  void writeHolder();

  WorkspaceLock(int open, std::string path) : descriptor(open), file(std::move(path)) {}
  int descriptor;
  std::string file;
};

} // namespace pipec::cli
