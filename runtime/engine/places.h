// Where the cache and the deploy state of a build are, and opening them.
#pragma once

#include "runtime/environment/ledger.h"
#include "runtime/workspace/workspace.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace pipec::engine {

/// The folders as given; empty: the default.
struct Places {
  std::string cacheDirectory;
  std::string stateDirectory;
};

/// `--cache-dir`, else PIPEC_CACHE_DIR, else `$XDG_CACHE_HOME/pipec`, else `~/.cache/pipec`;
/// without a home, `cache` in the workspace's state. Absolute.
std::string cacheFolder(const workspace::Workspace& workspace, const Places& places);
/// What takes its place if it cannot be written: `cache` in the workspace's state.
std::string cacheOfWorkspace(const workspace::Workspace& workspace);
/// Where the deploy state is: `--state-dir`, or the workspace's `.pipec`. Absolute.
std::string stateFolder(const workspace::Workspace& workspace, const Places& places);

enum class Use : uint8_t {
  Read,  ///< makes nothing
  Write, ///< makes the folder if it is not there
};
/// cacheFolder(), held (runtime/folder/own_folder.h) if it is there. An error that names the
/// remedy: it is another user's, or others may write to it, or it is the workspace's and not
/// believed.
llvm::Expected<std::string> openCacheFolder(const workspace::Workspace& workspace,
                                            const Places& places, Use use);
/// The ledger in stateFolder(), which is held, as above; a group may share one of `--state-dir`.
/// That of the workspace has to be one that is believed: an empty one never takes its place.
llvm::Expected<std::unique_ptr<environment::Ledger>>
openDeployState(const workspace::Workspace& workspace, const Places& places,
                environment::Access access, const workspace::Warn& warn);

} // namespace pipec::engine
