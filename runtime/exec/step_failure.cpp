// What a command's end means for its step, in words.
#include "runtime/exec/step_failure.h"

#include <cstring>

namespace pipec::exec {

using sandbox::SpawnStatus;

static std::string secondsText(std::chrono::milliseconds duration) {
  int64_t tenths = (duration.count() + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

StepFailure failureOf(const plan::Command& command, bool isTest, const sandbox::Spawn& spawn,
                      const sandbox::SpawnResult& result) {
  const std::string& program = spawn.arguments.front();
  bool script = std::holds_alternative<plan::Script>(command.what);
  std::string what = script ? "the script" : "`" + program + "`";
  StepFailure failure{isTest ? "R1006" : "R1004", {}, command.location, false};
  switch (result.status) {
  case SpawnStatus::Exited:
    failure.message = what + " failed with exit code " + std::to_string(result.exitCode);
    if (script && result.exitCode == 127)
      failure.message += " (a command in it was not found)";
    else if (script && result.exitCode == 126)
      failure.message += " (a command in it could not be executed)";
    break;
  case SpawnStatus::Signaled:
    failure.message = what + " was killed by signal " + std::to_string(result.signal) + " (" +
                      ::strsignal(result.signal) + ")";
    break;
  case SpawnStatus::TimedOut:
    failure.code = "R1005";
    failure.message = what + " was killed after its timeout of " + secondsText(*spawn.timeout);
    break;
  case SpawnStatus::Cancelled:
    failure.message = what + " was interrupted";
    failure.cancelled = true;
    break;
  case SpawnStatus::CommandNotFound:
    failure.message = "there is no command `" + program + "` in the step's root";
    break;
  case SpawnStatus::NotExecutable:
    failure.message = "`" + program + "` is there, but it cannot be executed";
    break;
  }
  return failure;
}

} // namespace pipec::exec
