// Replacing the content of a file that is the user's and not pipec's.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace pipec::workspace {

/// Puts `content` in the place of the file, in one step; owner and mode stay as they are. A link
/// stays a link: the file behind it is replaced. A file that may not be written is an error.
llvm::Error replaceContent(llvm::StringRef path, llvm::StringRef content);

} // namespace pipec::workspace
