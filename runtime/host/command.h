// Commands of this machine that pipec itself asks something: no steps, and outside every sandbox.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::host {

struct CommandResult {
  int exitCode = 0; ///< 128 + the signal's number if it died of one
  std::string output;
  std::string errors; ///< its standard error
};

/// The environment of a command: `NAME=VALUE`.
using Environment = std::vector<std::string>;

/// Nothing of pipec's own: the folders of programs that belong to the system, and C.UTF-8. What
/// asks the machine something is asked with this, so that nobody's PATH answers.
Environment systemEnvironment();
/// pipec's own, without the secrets that it was given (PIPEC_SECRET_…): for commands that the user
/// has configured.
Environment userEnvironment();

/// Runs `words` with `environment` and an empty standard input, and waits for its end. A program
/// without `/` is looked up in the PATH of `environment`, whose folders count only if they are
/// absolute: what is in the current folder is not the user's. An error says only why it could not
/// be run; it names no word but the first.
llvm::Expected<CommandResult> runCommand(const std::vector<std::string>& words,
                                         const Environment& environment);

} // namespace pipec::host
