// The files that `pipec fmt` is about: which they are, and replacing one.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::cli {

/// Files as they were named, whatever they are called, and the `.pipe` files below folders (those
/// below the working directory if nothing was named), sorted, each once. Links that are found in a
/// folder are not followed, and neither `.git`, `.pipec`, `node_modules` nor the folder of a
/// package of pipe.lock is entered. A usage error names what is not there.
llvm::Expected<std::vector<std::string>> filesToFormat(llvm::ArrayRef<std::string> words);

/// Puts `content` in the place of the file, in one step; owner and mode stay as they are. A link
/// stays a link: the file behind it is replaced. A file that may not be written is an error.
llvm::Error replaceContent(llvm::StringRef path, llvm::StringRef content);

} // namespace pipec::cli
