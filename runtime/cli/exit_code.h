// The exit codes that scripts depend on; docs/output.md explains them.
#pragma once

namespace pipec::cli {

enum class ExitCode : int {
  Success = 0,
  Failure = 1, ///< a step, a test or a deploy failed
  Usage = 2,   ///< the program or its input is wrong
  Held = 3,    ///< something waits for a person, and nothing failed
  World = 4,   ///< the machine's fault
  Interrupted = 130,
};

} // namespace pipec::cli
