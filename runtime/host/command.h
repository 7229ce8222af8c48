// Commands of this machine that pipec itself asks something: no steps, and outside every sandbox.
#pragma once

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::host {

struct CommandResult {
  int exitCode = 0; ///< 128 + the signal's number if it died of one
  std::string output;
  std::string errors; ///< its standard error
};

/// Runs `words`, looked up in PATH, with pipec's environment and an empty standard input, and waits
/// for its end. An error says only why it could not be run; it names no word but the first.
llvm::Expected<CommandResult> runCommand(const std::vector<std::string>& words);

} // namespace pipec::host
