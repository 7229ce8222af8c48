// Finding the XDG base directories, and judging who can write there.
#include "runtime/workspace/user_folders.h"

#include "compiler/base/error.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::workspace {

llvm::StringRef environmentText(const char* name) {
  const char* value = std::getenv(name);
  return value ? llvm::StringRef(value) : llvm::StringRef();
}

std::string userFolder(const char* variable, llvm::StringRef below) {
  // A relative one is to be ignored, says their specification.
  if (llvm::StringRef given = environmentText(variable); given.starts_with("/"))
    return (given + "/pipec").str();
  if (llvm::StringRef home = environmentText("HOME"); home.starts_with("/"))
    return (home + "/" + below + "/pipec").str();
  return {};
}

/// An error names the remedy. `folder`: of what is read.
static llvm::Error checkOwner(llvm::StringRef path, const struct stat& status, bool folder) {
  std::string shown = (folder ? "the folder `" : "`") + path.str() + "`";
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    return base::usageError(shown + " belongs to another user, so pipec does not believe what is "
                                    "in it; remove it, or make it your own");
  if (status.st_mode & (S_IWGRP | S_IWOTH))
    return base::usageError(shown + " can be written by other users, so pipec does not believe " +
                            "what is in it: `chmod go-w " + path + "`");
  return llvm::Error::success();
}

static llvm::Error checkFolder(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0)
    return base::systemError("cannot read `" + path + "`", errno);
  return checkOwner(path, status, /*folder=*/true);
}

llvm::Expected<std::optional<std::string>> readOwnFile(const std::string& path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return std::nullopt;
    return base::systemError("cannot read `" + path + "`", errno);
  }
  auto close = llvm::make_scope_exit([&] { ::close(file); });
  struct stat status;
  if (::fstat(file, &status) != 0)
    return base::systemError("cannot read `" + path + "`", errno);
  if (!S_ISREG(status.st_mode))
    return base::usageError("`" + path + "` is no file");
  if (llvm::Error error = checkOwner(path, status, /*folder=*/false))
    return error;
  if (llvm::Error error = checkFolder(llvm::sys::path::parent_path(path).str()))
    return error;
  auto text = llvm::MemoryBuffer::getOpenFile(llvm::sys::fs::convertFDToNativeFile(file), path,
                                              /*FileSize=*/-1, /*RequiresNullTerminator=*/false);
  if (!text)
    return base::systemError("cannot read `" + path + "`", text.getError().value());
  return (*text)->getBuffer().str();
}

} // namespace pipec::workspace
