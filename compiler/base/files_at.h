// What file_system.h does for paths, for names in a folder that is open.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

#include <sys/types.h>

namespace pipec::base {

/// A place in an open folder.
struct PlaceIn {
  int folder;        ///< AT_FDCWD for a path
  std::string name;  ///< one name, or a path for AT_FDCWD
  std::string shown; ///< what messages call it
};

/// As writeFileAtomically, but makes no folders. The file gets exactly `mode`, whatever the umask.
llvm::Error replaceFile(const PlaceIn& place, llvm::StringRef content, mode_t mode,
                        bool durable = false);

/// As removeTree(path).
llvm::Error removeTree(const PlaceIn& place);

} // namespace pipec::base
