// The files that `pipec fmt` is about.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::cli {

/// Files as they were named, whatever they are called, and the `.pipe` files below folders (those
/// below the working directory if nothing was named), sorted, each once. Links that are found in a
/// folder are not followed, and neither `.git`, `.pipec`, `node_modules` nor the folder of a
/// package of pipe.lock is entered. A usage error names what is not there.
llvm::Expected<std::vector<std::string>> filesToFormat(llvm::ArrayRef<std::string> words);

} // namespace pipec::cli
