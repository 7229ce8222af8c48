// The table of held folders. Private to this folder.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

#include <sys/types.h>

namespace pipec::folder {

/// From where a path is reached, and which modes new files and folders there get.
struct Anchor {
  int descriptor;    ///< of the held folder; AT_FDCWD: no held folder has the path
  std::string below; ///< the path from there; `.` for the held folder itself
  mode_t fileMode;
  mode_t folderMode;
};
Anchor anchorOf(llvm::StringRef path);

/// Takes over `descriptor`. The last one that was added for a path counts.
void addHeld(llvm::StringRef path, int descriptor, bool isGroups);

} // namespace pipec::folder
