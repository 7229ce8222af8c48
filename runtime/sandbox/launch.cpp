// The child shares the helper's memory until it executes the command (as with vfork), which spares
// every page fault of a fork, and lets it report a failure by writing it down.
#include "runtime/sandbox/launch.h"

#include "runtime/sandbox/scopes.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

struct Child {
  const LaunchRequest& request;
  LaunchResult result;
};

bool fail(LaunchResult& result, const char* what) {
  result = {LaunchStatus::Failed, 0, errno, what};
  return false;
}

bool dropPrivileges() {
  // EINVAL ends the list of what this kernel knows; EPERM: there is none to drop.
  for (int capability = 0; ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; ++capability)
    ;
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return ::syscall(SYS_capset, &header, none) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

bool prepare(const LaunchRequest& request, LaunchResult& result) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setsid();
  if (request.cpus && ::sched_setaffinity(0, sizeof *request.cpus, request.cpus) != 0)
    return fail(result, "cannot set the CPUs of a step");
  if (request.scope >= 0 && !enterScope(request.scope))
    return fail(result, "cannot keep a step from the host's sockets");
  if (::dup2(request.input, 0) < 0 || ::dup2(request.output, 1) < 0 ||
      ::dup2(request.error, 2) < 0 || ::close_range(3, ~0u, 0) != 0)
    return fail(result, "cannot set the descriptors of a step");
  if (::chdir(request.directory) != 0)
    return fail(result, "cannot enter the working directory");
  if (!dropPrivileges())
    return fail(result, "cannot drop the privileges of a step");
  return true;
}

/// Returns only if `path` cannot be executed.
LaunchResult execute(const char* path, const LaunchRequest& request) {
  ::execve(path, const_cast<char* const*>(request.arguments),
           const_cast<char* const*>(request.environment));
  int reason = errno;
  struct stat status;
  switch (reason) {
  case ENOENT:
  case ENOTDIR:
    // A file that is there lacks the interpreter that its first line, or its header, names.
    if (::stat(path, &status) == 0)
      return {LaunchStatus::NotExecutable};
    return {LaunchStatus::NotFound};
  case EACCES:
  case EISDIR:
  case ENOEXEC:
  case ELIBBAD:
    return {LaunchStatus::NotExecutable};
  default:
    return {LaunchStatus::Failed, 0, reason, "cannot execute the command"};
  }
}

const char* pathOf(const char* const* environment) {
  for (; *environment; ++environment)
    if (std::strncmp(*environment, "PATH=", 5) == 0)
      return *environment + 5;
  return "";
}

/// Returns only if nothing could be executed. The last folder of PATH does not have the last word:
/// a file that is there counts for more than nothing.
LaunchResult executeCommand(const LaunchRequest& request) {
  const char* name = request.arguments[0];
  if (std::strchr(name, '/'))
    return execute(name, request);
  LaunchResult result = {LaunchStatus::NotFound};
  if (!*name)
    return result;
  for (const char* at = pathOf(request.environment); *at;) {
    size_t length = std::strcspn(at, ":");
    char candidate[4096];
    int written = std::snprintf(candidate, sizeof candidate, "%.*s%s%s", static_cast<int>(length),
                                at, length ? "/" : "./", name);
    if (written > 0 && static_cast<size_t>(written) < sizeof candidate) {
      LaunchResult attempt = execute(candidate, request);
      if (attempt.status != LaunchStatus::NotFound)
        result = attempt;
      if (attempt.status == LaunchStatus::Failed)
        break;
    }
    at += length + (at[length] == ':');
  }
  return result;
}

int runChild(void* argument) {
  auto* child = static_cast<Child*>(argument);
  child->result = becomeCommand(child->request);
  ::_exit(127);
}

} // namespace

LaunchResult becomeCommand(const LaunchRequest& request) {
  LaunchResult result;
  return prepare(request, result) ? executeCommand(request) : result;
}

LaunchResult launch(const LaunchRequest& request) {
  alignas(64) static char stack[64 * 1024];
  Child child = {request, {}};
  pid_t process = ::clone(runChild, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &child);
  if (process < 0)
    fail(child.result, "cannot start a process");
  else
    child.result.process = process;
  return child.result;
}

} // namespace pipec::sandbox
