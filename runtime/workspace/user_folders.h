// The user's own folders, outside of every workspace, and files that nobody else can have written.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace pipec::workspace {

/// The value of an environment variable; empty: it is not set, or set to nothing.
llvm::StringRef environmentText(const char* name);

/// `$VARIABLE/pipec` or, if that is not an absolute path, `$HOME/BELOW/pipec`; empty if there is no
/// home either. Of the XDG base directories: `XDG_STATE_HOME` and `.local/state`.
std::string userFolder(const char* variable, llvm::StringRef below);

/// The content of a file that only the user (or root) can have written: it and its folder belong to
/// one of them, and neither group nor others can write them. nullopt: there is none. A usage error
/// says what to type if somebody else could have.
llvm::Expected<std::optional<std::string>> readOwnFile(const std::string& path);

} // namespace pipec::workspace
