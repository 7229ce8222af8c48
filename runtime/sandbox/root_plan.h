// RootPlan: a Spawn's root as a flat list of operations, decided before anything is mounted.
#pragma once

#include "runtime/sandbox/spawn.h"
#include "runtime/sandbox/wire.h"

#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pipec::sandbox {

/// What the helper can do while it makes a root. All paths named `path` are relative to the staging
/// folder (see `staging`); `source` is absolute on the host or relative to the staging folder.
enum class OperationKind : uint8_t {
  MakeDirectory, ///< `path` and its missing parents (0755); flags: mode of `path`
  WriteFile,     ///< `source` is the content; flags: mode
  CopyFile,      ///< `source`'s bytes and modification time; flags: mode
  Symlink,       ///< `source` is the target
  Whiteout,      ///< hides a name of the layers below; parents are made
  Tmpfs,         ///< a new memory file system
  Bind,          ///< `source` with everything mounted below it; flags: MOUNT_ATTR_*, for all of it
  SetAttributes, ///< flags: MOUNT_ATTR_* for `path`; items non-empty: and everything below it
  /// `path` shows `source` (a folder such as /etc) with the folder items[0] laid over it; items[1…]
  /// are the names below `source` that nobody may see. Read-only. Sockets and pipes lead nowhere.
  /// flags: 1 if nothing is shown where an overlay cannot be had, else a copy is.
  Mask,
  /// `path` is the copy-on-write union of items, the topmost first. `source`: a folder on disk for
  /// the upper layer, or empty.
  Overlay,
  /// Of the present pid namespace, without processes that the caller may not look into; items: what
  /// below it is empty, folders with a `/` at the end; flags: 1 if `sys` is read-only.
  Proc,
};

struct Operation {
  OperationKind kind;
  std::string path;
  std::string source;
  uint64_t flags = 0;
  std::vector<std::string> items;
};

using RootPlan = std::vector<Operation>;

/// Names in the staging folder, a tmpfs that only the helper sees.
namespace staging {
inline constexpr const char* Base = "base"; ///< what all roots share, read-only
inline constexpr const char* EmptyFolder = "base/covers/folder";
inline constexpr const char* EmptyFile = "base/covers/file";
inline constexpr const char* Step = "step"; ///< the one tmpfs of a root: /tmp, /i, the upper layer
inline constexpr const char* Root = "root"; ///< where the root is put together
} // namespace staging

/// What every root on the host's `/usr` shares; made once for each helper.
llvm::Expected<RootPlan> planBase();

/// The root of `spawn`, on top of what planBase made. A usage error when the spawn asks for what
/// cannot be shown; materialises wrapper layers in `spawn.scratchDirectory`.
llvm::Expected<RootPlan> planRoot(const Spawn& spawn);

void encodePlan(MessageWriter& message, const RootPlan& plan);

} // namespace pipec::sandbox
