// Which platform's steps this machine can execute.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace pipec::exec {

/// Why a step for `platform`, a member of the prelude's `Platform`, cannot be executed on this
/// machine, as a sentence; nullopt: it can.
std::optional<std::string> wrongPlatform(llvm::StringRef platform);

} // namespace pipec::exec
