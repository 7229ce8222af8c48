// Taking targets apart, and finding `.pipe` files.
#include "runtime/engine/targets.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/place_inside.h"
#include "compiler/diagnostics/diagnostic.h"
#include "runtime/engine/pins.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace pipec::engine {

llvm::StringRef Target::pipeline() const {
  llvm::StringRef text = label;
  return text.take_front(text.find_first_of(".[/"));
}

Target parseTarget(llvm::StringRef typed) {
  Target target;
  target.typed = typed.str();
  if (typed == "..." || typed.ends_with("/...")) {
    llvm::StringRef folder = typed.drop_back(3);
    while (folder.size() > 1 && folder.ends_with("/"))
      folder = folder.drop_back();
    target.folder = folder.empty() ? "." : folder.str();
    return target;
  }
  size_t colon = typed.find(".pipe:");
  if (colon != llvm::StringRef::npos) {
    colon += llvm::StringRef(".pipe").size();
    target.file = typed.take_front(colon).str();
    target.label = typed.drop_front(colon + 1).str();
  } else if (typed.ends_with(".pipe")) {
    target.file = typed.str();
  } else {
    target.label = typed.str();
  }
  return target;
}

static std::string joined(llvm::StringRef folder, llvm::StringRef name) {
  return folder.empty() || folder == "." ? name.str() : (folder + "/" + name).str();
}

llvm::Expected<std::vector<std::string>> pipeFilesIn(const workspace::Workspace& workspace,
                                                     llvm::StringRef folder, bool recursive) {
  auto files = base::makeRealFileSystem();
  std::vector<std::string> packages;
  if (recursive)
    packages = packageFolders(workspace);
  std::vector<std::string> found;
  std::vector<std::string> open = {folder.str()};
  while (!open.empty()) {
    std::string next = std::move(open.back());
    open.pop_back();
    auto entries = files->list(joined(workspace.root, next));
    if (!entries)
      return entries.takeError();
    for (const base::DirectoryEntry& entry : *entries) {
      std::string path = joined(next, entry.name);
      if (entry.kind == base::FileKind::Directory) {
        if (recursive && entry.name != ".git" && entry.name != ".pipec" &&
            !llvm::is_contained(packages, path))
          open.push_back(std::move(path));
        continue;
      }
      if (!llvm::StringRef(entry.name).ends_with(".pipe") || entry.name == ".pipe")
        continue;
      auto status = files->status(joined(workspace.root, path));
      if (!status)
        return status.takeError();
      if (*status && (*status)->kind == base::FileKind::Regular)
        found.push_back(std::move(path));
    }
  }
  llvm::sort(found);
  return found;
}

/// A file that is not there, with the nearest name in its folder.
static llvm::Error noSuchFile(const workspace::Workspace& workspace, llvm::StringRef typed,
                              llvm::StringRef path) {
  std::string folder = llvm::sys::path::parent_path(path).str();
  auto siblings = pipeFilesIn(workspace, folder, /*recursive=*/false);
  std::string text = ("there is no file `" + typed + "`").str();
  if (!siblings) {
    llvm::consumeError(siblings.takeError());
    return base::usageError(text);
  }
  std::vector<llvm::StringRef> names;
  for (const std::string& sibling : *siblings)
    names.push_back(llvm::sys::path::filename(sibling));
  llvm::StringRef nearest = diagnostics::closestName(llvm::sys::path::filename(path), names);
  if (!nearest.empty())
    text += ("; did you mean `" + nearest + "`?").str();
  return base::usageError(text);
}

static llvm::Error addFolder(const workspace::Workspace& workspace, const Target& target,
                             std::vector<std::string>& found) {
  auto folder = workspace.relative(target.folder);
  if (!folder)
    return folder.takeError();
  auto place = base::findInside(*base::makeRealFileSystem(), workspace.root, *folder);
  if (!place)
    return place.takeError();
  if (*place == base::PlaceInside::Outside)
    return base::usageError("`" + target.folder + "` is a link that leaves the workspace");
  if (*place != base::PlaceInside::Folder)
    return base::usageError("there is no folder `" + target.folder + "`");
  auto below = pipeFilesIn(workspace, *folder, /*recursive=*/true);
  if (!below)
    return below.takeError();
  if (below->empty())
    return base::usageError("there is no `.pipe` file below `" + target.folder + "`");
  llvm::append_range(found, *below);
  return llvm::Error::success();
}

static llvm::Error addFile(const workspace::Workspace& workspace, const Target& target,
                           std::vector<std::string>& found) {
  auto path = workspace.relative(target.file);
  if (!path)
    return path.takeError();
  auto status = base::makeRealFileSystem()->status(joined(workspace.root, *path));
  if (!status)
    return status.takeError();
  if (!*status)
    return noSuchFile(workspace, target.file, *path);
  if ((*status)->kind != base::FileKind::Regular)
    return base::usageError("`" + target.file + "` is not a file");
  found.push_back(std::move(*path));
  return llvm::Error::success();
}

llvm::Expected<std::vector<std::string>> pipeFilesOf(const workspace::Workspace& workspace,
                                                     llvm::ArrayRef<Target> targets) {
  std::vector<std::string> found;
  bool wantsCurrent = targets.empty();
  for (const Target& target : targets) {
    llvm::Error error = !target.folder.empty() ? addFolder(workspace, target, found)
                        : !target.file.empty() ? addFile(workspace, target, found)
                                               : llvm::Error::success();
    if (error)
      return error;
    wantsCurrent |= target.folder.empty() && target.file.empty();
  }
  if (wantsCurrent) {
    auto here = pipeFilesIn(workspace, workspace.current, /*recursive=*/false);
    if (!here)
      return here.takeError();
    if (here->empty())
      return base::usageError("there is no `.pipe` file in the current folder; "
                              "`pipec build DIR/...` builds what is below one");
    llvm::append_range(found, *here);
  }
  llvm::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

} // namespace pipec::engine
