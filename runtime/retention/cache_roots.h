// What must stay in the cache, and for whom.
#pragma once

#include "runtime/cas/content_store.h"
#include "runtime/workspace/workspace.h"

#include "llvm/Support/Error.h"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace pipec::retention {

/// A workspace that has built with a cache.
struct CacheUser {
  std::string root;        ///< of the workspace
  std::string deployState; ///< the folder of its deploy state
  int64_t lastUse = 0;     ///< milliseconds since the epoch, to within an hour
  std::string entry;       ///< the file that says so
};

/// Notes in `workspaces/` of the cache folder that the workspace uses it. What cannot be written
/// is not noted.
void registerCacheUser(llvm::StringRef cache, const workspace::Workspace& workspace,
                       llvm::StringRef deployState);
/// Sorted by root; those whose folder is gone too.
llvm::Expected<std::vector<CacheUser>> cacheUsers(llvm::StringRef cache);

struct CacheRoots {
  std::set<cas::Content> contents;
  std::set<base::Digest> results;     ///< keys
  size_t releases = 0;                ///< that environments may have to go back to
  std::set<std::string> environments; ///< their names
  size_t approvals = 0;               ///< that are asked for, or given
};

/// Of the workspaces' executions and environments:
/// - what an environment's desired, recorded, stable or held release needs, that of the last
///   attempt, and the last KeptExecutions that were deployed successfully, and what waits for an
///   approval or has one, as long as the deploy state is there;
/// - the results of the last execution of each pipeline, of its last KeptExecutions that
///   succeeded, and of those that are held or run, and what stands in `.pipec/out`, of workspaces
///   that were used within `age`.
/// A workspace that is not there has no roots. An error: something is there and cannot be read, so
/// nobody knows what must stay.
llvm::Expected<CacheRoots> findCacheRoots(llvm::StringRef cache,
                                          std::optional<std::chrono::seconds> age);
inline constexpr size_t KeptExecutions = 3;

/// The executions that brought those releases there, or that ask for an approval.
llvm::Expected<std::set<std::string>> citedExecutions(llvm::StringRef deployState);

} // namespace pipec::retention
