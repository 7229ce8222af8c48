// Where a path of a folder leads, when what is outside of the folder is not to be looked at.
#pragma once

#include "compiler/base/file_system.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace pipec::base {

enum class PlaceInside : uint8_t {
  Nothing,
  File,
  Folder,
  Other,   ///< a socket, a device
  Outside, ///< a link on the way leads out of the folder
  Cycle,   ///< of links
};

/// What is at `path` (relative, with `/`) below `root` (absolute, itself without links). Links are
/// followed one by one, and never out of `root`: nothing there is asked for. There is nothing
/// behind a name that `isHidden`.
llvm::Expected<PlaceInside> findInside(
    FileSystem& files, llvm::StringRef root, llvm::StringRef path,
    llvm::function_ref<bool(llvm::StringRef name)> isHidden = [](llvm::StringRef) {
      return false;
    });

} // namespace pipec::base
