// Launch: the last steps of a process before it becomes the step's command.
#pragma once

#include <cstdint>
#include <sched.h>
#include <sys/types.h>

namespace pipec::sandbox {

struct LaunchRequest {
  const char* const* arguments;   ///< null-terminated
  const char* const* environment; ///< null-terminated
  const char* directory;          ///< working directory
  const cpu_set_t* cpus;          ///< null: as they are
  int input;                      ///< become descriptors 0, 1 and 2
  int output;
  int error;
  int scope; ///< of makeScope(), or -1
};

enum class LaunchStatus : uint8_t {
  Started,
  NotFound,      ///< nothing by that name
  NotExecutable, ///< the file is there, but cannot be executed
  Failed,        ///< the machine's fault; see `what` and errorNumber
};

struct LaunchResult {
  LaunchStatus status = LaunchStatus::Started;
  pid_t process = 0; ///< exists (and must be waited for) unless it is 0
  int errorNumber = 0;
  const char* what = "";
};

/// Starts the command in a session of its own, with the descriptors 0–2 alone, no capability, no
/// blocked signal, and no way to gain privileges; `arguments[0]` is looked up in the PATH of
/// `environment` unless it has a `/`. Returns when the command runs or cannot.
LaunchResult launch(const LaunchRequest& request);

/// What launch() does in the process that it starts. Returns only if the command cannot be
/// executed.
LaunchResult becomeCommand(const LaunchRequest& request);

} // namespace pipec::sandbox
