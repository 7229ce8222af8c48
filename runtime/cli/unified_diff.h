// The difference of two texts, as `diff -u` prints it.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::cli {

/// Three lines of context, `--- path` and `+++ path`; empty if the texts are equal.
std::string unifiedDiff(llvm::StringRef path, llvm::StringRef before, llvm::StringRef after);

} // namespace pipec::cli
