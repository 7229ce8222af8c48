// Killing by pid namespace where there is one, and by descent where there is none.
#include "runtime/sandbox/kill_tree.h"

#include "runtime/sandbox/proc_folder.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

uint64_t microseconds(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000 + static_cast<uint64_t>(time.tv_usec);
}

void addUsage(Usage& usage, const rusage& used) {
  usage.cpuMicroseconds += microseconds(used.ru_utime) + microseconds(used.ru_stime);
  usage.peakMemory = std::max(usage.peakMemory, static_cast<uint64_t>(used.ru_maxrss) * 1024);
}

/// The parent of `process`, or 0. The command in /proc/PID/stat may hold anything, `)` included.
pid_t parentOf(const char* process) {
  char text[1024];
  if (!readProc(process, "stat", text, sizeof text))
    return 0;
  const char* end = std::strrchr(text, ')');
  return end && end[1] == ' ' && end[2] ? static_cast<pid_t>(std::atol(end + 4)) : 0;
}

/// What a dead process leaves behind becomes a child of this process, a subreaper, so its own
/// children are all there is to look for, again and again.
void signalChildren(int signal) {
  DIR* stream = ::opendir("/proc");
  if (!stream)
    return;
  const pid_t self = ::getpid();
  while (const dirent* entry = ::readdir(stream))
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && parentOf(entry->d_name) == self)
      ::kill(static_cast<pid_t>(std::atol(entry->d_name)), signal);
  ::closedir(stream);
}

} // namespace

void signalTree(pid_t leader, int signal, KillScope scope) {
  if (scope == KillScope::Namespace) {
    ::kill(-1, signal);
    return;
  }
  ::kill(-leader, signal);
  signalChildren(signal);
}

bool reapEnded(pid_t leader, int& status, Usage& usage) {
  bool leaderEnded = false;
  for (;;) {
    int ended = 0;
    rusage used = {};
    pid_t process = ::wait4(-1, &ended, WNOHANG, &used);
    if (process < 0 && errno == EINTR)
      continue;
    if (process <= 0)
      return leaderEnded;
    addUsage(usage, used);
    if (process == leader) {
      status = ended;
      leaderEnded = true;
    }
  }
}

void killTree(KillScope scope, Usage& usage) {
  for (;;) {
    if (scope == KillScope::Namespace)
      ::kill(-1, SIGKILL);
    else
      signalChildren(SIGKILL);
    int status = 0;
    rusage used = {};
    pid_t process = ::wait4(-1, &status, 0, &used);
    if (process > 0) {
      addUsage(usage, used);
      reapEnded(0, status, usage);
    } else if (errno != EINTR) {
      return;
    }
  }
}

} // namespace pipec::sandbox
