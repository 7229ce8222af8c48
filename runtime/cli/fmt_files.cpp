// Walking folders, and writing beside a file before taking its place.
#include "runtime/cli/fmt_files.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/place_inside.h"
#include "runtime/cli/pins.h"
#include "runtime/cli/targets.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::cli {

namespace path = llvm::sys::path;

static constexpr llvm::StringLiteral NotEntered[] = {".git", ".pipec", "node_modules"};

/// The folders of pinned packages, absolute: to change what is in one would break its pin.
static std::vector<std::string> packagesOf(const Workspace& workspace) {
  std::vector<std::string> packages = packageFolders(workspace);
  for (std::string& folder : packages)
    folder = workspace.root + "/" + folder;
  return packages;
}

/// What a name in the workspace leads to outside of it is not shown by its mistakes. Somebody who
/// names a file elsewhere means that file.
static llvm::Error refuseWayOut(const Workspace& workspace, base::FileSystem& files,
                                llvm::StringRef named) {
  auto path = workspace.relative(named);
  if (!path) {
    llvm::consumeError(path.takeError());
    return llvm::Error::success();
  }
  auto place = base::findInside(files, workspace.root, *path);
  if (!place)
    return place.takeError();
  if (*place == base::PlaceInside::Outside)
    return base::usageError("`" + named + "` is a link that leaves the workspace");
  return llvm::Error::success();
}

static bool isPackage(llvm::ArrayRef<std::string> packages, llvm::StringRef folder) {
  llvm::SmallString<256> real;
  return !packages.empty() && !llvm::sys::fs::real_path(folder, real) &&
         llvm::is_contained(packages, real.str());
}

static llvm::Error addFilesBelow(llvm::StringRef folder, llvm::ArrayRef<std::string> packages,
                                 std::vector<std::string>& found) {
  auto files = base::makeRealFileSystem();
  std::vector<std::string> open = {folder.str()};
  while (!open.empty()) {
    std::string next = std::move(open.back());
    open.pop_back();
    auto entries = files->list(next);
    if (!entries)
      return entries.takeError();
    for (const base::DirectoryEntry& entry : *entries) {
      llvm::SmallString<128> name(next == "." ? "" : next);
      path::append(name, entry.name);
      bool isPipe = llvm::StringRef(entry.name).ends_with(".pipe") && entry.name != ".pipe";
      if (entry.kind == base::FileKind::Directory && !llvm::is_contained(NotEntered, entry.name) &&
          !isPackage(packages, name))
        open.push_back(name.str().str());
      else if (entry.kind == base::FileKind::Regular && isPipe)
        found.push_back(name.str().str());
    }
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<std::string>> filesToFormat(llvm::ArrayRef<std::string> words) {
  auto files = base::makeRealFileSystem();
  std::vector<std::string> found;
  std::vector<std::string> here = {"."};
  auto workspace = findWorkspace();
  if (!workspace)
    return workspace.takeError();
  std::vector<std::string> packages = packagesOf(*workspace);
  for (const std::string& word : words.empty() ? llvm::ArrayRef<std::string>(here) : words) {
    std::string folder = parseTarget(word).folder; // `DIR/...`
    llvm::SmallString<128> named(folder.empty() ? word : folder);
    path::remove_dots(named);
    if (named.empty())
      named = ".";
    if (llvm::Error error = refuseWayOut(*workspace, *files, named))
      return error;
    auto status = files->status(named);
    if (!status)
      return status.takeError();
    if (!*status || (!folder.empty() && (*status)->kind != base::FileKind::Directory))
      return base::usageError("there is no file or folder `" + word + "`");
    if ((*status)->kind == base::FileKind::Directory) {
      size_t before = found.size();
      if (llvm::Error error = addFilesBelow(named, packages, found))
        return error;
      if (found.size() == before)
        return base::usageError("there is no `.pipe` file below `" + named + "`");
    } else if ((*status)->kind == base::FileKind::Regular) {
      found.push_back(named.str().str());
    } else {
      return base::usageError("`" + word + "` is not a file");
    }
  }
  llvm::sort(found);
  found.erase(llvm::unique(found), found.end());
  return found;
}

llvm::Error replaceContent(llvm::StringRef named, llvm::StringRef content) {
  std::string action = ("cannot write `" + named + "`").str();
  llvm::SmallString<128> file;
  if (std::error_code failed = llvm::sys::fs::real_path(named, file))
    return base::systemError(action, failed.value());
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0 || ::access(file.c_str(), W_OK) != 0)
    return base::systemError(action, errno);
  llvm::SmallString<128> model(path::parent_path(file));
  path::append(model, ".pipec-fmt.%%%%%%%%");
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

} // namespace pipec::cli
