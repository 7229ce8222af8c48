// The defaults of the folders, and who may have made what is in them.
#include "runtime/engine/places.h"

#include "compiler/base/error.h"
#include "runtime/folder/own_folder.h"
#include "runtime/workspace/state_folder.h"
#include "runtime/workspace/user_folders.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace pipec::engine {

static std::string absolute(llvm::StringRef path) {
  llvm::SmallString<256> result(path);
  llvm::sys::fs::make_absolute(result);
  llvm::sys::path::remove_dots(result, /*remove_dot_dot=*/true);
  return folder::resolve(result);
}

std::string cacheFolder(const workspace::Workspace& workspace, const Places& places) {
  if (!places.cacheDirectory.empty())
    return absolute(places.cacheDirectory);
  if (llvm::StringRef given = workspace::environmentText("PIPEC_CACHE_DIR"); !given.empty())
    return absolute(given);
  std::string own = workspace::userFolder("XDG_CACHE_HOME", ".cache");
  return own.empty() ? cacheOfWorkspace(workspace) : folder::resolve(own);
}

std::string cacheOfWorkspace(const workspace::Workspace& workspace) {
  return workspace.state() + "/cache";
}

std::string stateFolder(const workspace::Workspace& workspace, const Places& places) {
  return places.stateDirectory.empty() ? workspace.state() : absolute(places.stateDirectory);
}

llvm::Expected<std::string> openCacheFolder(const workspace::Workspace& workspace,
                                            const Places& places, Use use) {
  std::string cache = cacheFolder(workspace, places);
  if (use == Use::Read && cache == cacheOfWorkspace(workspace) &&
      workspace::look(workspace.root).unbelieved.count("cache"))
    return base::worldError(
        "the cache `" + cache +
        "` is not one that your pipec has made, so it is not believed; if it is "
        "yours, type `pipec trust`, or name another one with `--cache-dir`");
  folder::Demand demand{"the cache"};
  demand.make = use == Use::Write;
  auto held = folder::hold(cache, demand);
  if (!held)
    return held.takeError();
  if (*held)
    if (llvm::Error error = folder::refuseLinks(cache, {"sandbox", "steps", "workspaces"}))
      return error;
  return cache;
}

llvm::Expected<std::unique_ptr<environment::Ledger>>
openDeployState(const workspace::Workspace& workspace, const Places& places,
                environment::Access access, const workspace::Warn& warn) {
  bool writes = access == environment::Access::Write;
  std::string state = stateFolder(workspace, places);
  if (state == workspace.state()) {
    if (writes)
      if (llvm::Error error = workspace::prepareState(workspace, warn))
        return error;
    if (llvm::Error error = workspace::checkDeployState(workspace.root))
      return error;
  } else {
    folder::Demand demand{"the state folder"};
    demand.make = writes;
    demand.mayBeGroups = true;
    auto held = folder::hold(state, demand);
    if (!held)
      return held.takeError();
  }
  return environment::openLedger(state, access);
}

} // namespace pipec::engine
