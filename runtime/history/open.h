// Moving a broken history out of the way.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::history {

/// Renames the database at `path`, which is no longer used here, and its side files. Returns one
/// sentence that says so, or why it could not.
std::string moveAside(llvm::StringRef path);

} // namespace pipec::history
