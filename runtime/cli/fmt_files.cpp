// Walking folders.
#include "runtime/cli/fmt_files.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/place_inside.h"
#include "runtime/engine/pins.h"
#include "runtime/engine/targets.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace pipec::cli {

namespace path = llvm::sys::path;

static constexpr llvm::StringLiteral NotEntered[] = {".git", ".pipec", "node_modules"};

/// The folders of pinned packages, absolute: to change what is in one would break its pin.
static std::vector<std::string> packagesOf(const workspace::Workspace& workspace) {
  std::vector<std::string> packages = engine::packageFolders(workspace);
  for (std::string& folder : packages)
    folder = workspace.root + "/" + folder;
  return packages;
}

/// What a name in the workspace leads to outside of it is not shown by its mistakes. Somebody who
/// names a file elsewhere means that file.
static llvm::Error refuseWayOut(const workspace::Workspace& workspace, base::FileSystem& files,
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
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  std::vector<std::string> packages = packagesOf(*workspace);
  for (const std::string& word : words.empty() ? llvm::ArrayRef<std::string>(here) : words) {
    std::string folder = engine::parseTarget(word).folder; // `DIR/...`
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

} // namespace pipec::cli
