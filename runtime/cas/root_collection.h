// What collection does with root file systems and the files that they share. Private to this
// folder.
#pragma once

#include "runtime/cas/scratch.h"

#include <cstdint>
#include <optional>
#include <string>

namespace pipec::cas {

/// Bytes on the disk of a root file system.
struct RootSize {
  /// A file that n roots have counts for one nth: all roots together are what they take.
  uint64_t share = 0;
  /// What no pool has a name for; it is free as soon as the root is gone.
  uint64_t own = 0;
};
/// Of the root at `place` (`roots/ab/cdef…`). nullopt: it cannot be read, or is none.
std::optional<RootSize> measureRoot(const std::string& place);

/// Removes the names of the pool's `part` that no root has any more; returns the bytes that this
/// freed. One that is taken up again in this moment stays, or its root keeps it for itself.
llvm::Expected<uint64_t> prunePool(const std::string& store, unsigned part, Scratch& scratch);

} // namespace pipec::cas
