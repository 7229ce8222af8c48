// Writing beside a file before taking its place.
#include "runtime/workspace/replace_content.h"

#include "compiler/base/error.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::workspace {

llvm::Error replaceContent(llvm::StringRef named, llvm::StringRef content) {
  std::string action = ("cannot write `" + named + "`").str();
  llvm::SmallString<128> file;
  if (std::error_code failed = llvm::sys::fs::real_path(named, file))
    return base::systemError(action, failed.value());
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0 || ::access(file.c_str(), W_OK) != 0)
    return base::systemError(action, errno);
  llvm::SmallString<128> model(llvm::sys::path::parent_path(file));
  llvm::sys::path::append(model, ".pipec-fmt.%%%%%%%%");
  auto temporary = llvm::sys::fs::TempFile::create(model, llvm::sys::fs::owner_read |
                                                              llvm::sys::fs::owner_write);
  if (!temporary)
    return base::worldError(action + ": " + llvm::toString(temporary.takeError()));
  llvm::Error error = llvm::Error::success();
  {
    llvm::raw_fd_ostream out(temporary->FD, /*shouldClose=*/false);
    out << content;
    out.flush();
    if (out.has_error())
      error = base::systemError(action, out.error().value());
    out.clear_error();
  }
  // Another owner's file is theirs afterwards, too; who may not say so must not take it.
  bool isOwn = status.st_uid == ::geteuid() && status.st_gid == ::getegid();
  if (!error && !isOwn && ::fchown(temporary->FD, status.st_uid, status.st_gid) != 0)
    error =
        base::systemError("cannot keep the owner of `" + named + "`, so it is left alone", errno);
  if (!error && ::fchmod(temporary->FD, status.st_mode & 07777) != 0)
    error = base::systemError(action, errno);
  if (error)
    return llvm::joinErrors(std::move(error), temporary->discard());
  if (llvm::Error failed = temporary->keep(file))
    return base::worldError(action + ": " + llvm::toString(std::move(failed)));
  return llvm::Error::success();
}

} // namespace pipec::workspace
