// Looking for a process by the number that its own namespace gives it.
#include "runtime/sandbox/proc_folder.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// The last number of the line `NSpid:` in /proc/NAME/status: what the process's own namespace
/// calls it. 0: there is none.
pid_t innermostNumber(const char* name) {
  char text[8192];
  char* line =
      readProc(name, "status", text, sizeof text) ? std::strstr(text, "\nNSpid:") : nullptr;
  if (!line)
    return 0;
  char* end = std::strchr(line + 1, '\n');
  if (end)
    *end = '\0';
  const char* last = std::strrchr(line, '\t');
  return last ? static_cast<pid_t>(std::atol(last)) : 0;
}

bool isInOwnNamespace(const char* name) {
  char path[64], own[64], other[64];
  std::snprintf(path, sizeof path, "/proc/%s/ns/pid", name);
  ssize_t ownLength = ::readlink("/proc/self/ns/pid", own, sizeof own);
  ssize_t length = ::readlink(path, other, sizeof other);
  return length > 0 && length == ownLength &&
         std::memcmp(own, other, static_cast<size_t>(length)) == 0;
}

bool isNumber(const char* name) {
  return name[0] >= '0' && name[0] <= '9';
}

/// Writes the name of `task` below /proc, `N/task/M`, which may be any thread of this namespace.
bool findTask(pid_t task, char* name, size_t capacity) {
  bool isFound = false;
  DIR* processes = ::opendir("/proc");
  while (const dirent* process = processes && !isFound ? ::readdir(processes) : nullptr) {
    if (!isNumber(process->d_name) || !isInOwnNamespace(process->d_name))
      continue;
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%.20s/task", process->d_name);
    DIR* threads = ::opendir(path);
    while (const dirent* thread = threads && !isFound ? ::readdir(threads) : nullptr) {
      std::snprintf(name, capacity, "%.20s/task/%.20s", process->d_name, thread->d_name);
      isFound = isNumber(thread->d_name) && innermostNumber(name) == task;
    }
    if (threads)
      ::closedir(threads);
  }
  if (processes)
    ::closedir(processes);
  return isFound;
}

} // namespace

bool readProc(const char* name, const char* file, char* text, size_t capacity) {
  char path[96];
  std::snprintf(path, sizeof path, "/proc/%s/%s", name, file);
  int open = ::open(path, O_RDONLY | O_CLOEXEC);
  if (open < 0)
    return false;
  ssize_t size = ::read(open, text, capacity - 1);
  ::close(open);
  text[std::max<ssize_t>(size, 0)] = '\0';
  return size > 0;
}

bool procFolderOf(pid_t task, char* folder, size_t capacity) {
  char self[32];
  ssize_t length = ::readlink("/proc/self", self, sizeof self - 1);
  if (length <= 0)
    return false;
  self[length] = '\0';
  if (std::atol(self) == ::getpid())
    return std::snprintf(folder, capacity, "/proc/%d", task) < static_cast<int>(capacity);
  // A step asks about the same one again and again.
  static char found[64] = "self";
  if ((innermostNumber(found) != task || !isInOwnNamespace(found)) &&
      !findTask(task, found, sizeof found))
    return false;
  return std::snprintf(folder, capacity, "/proc/%s", found) < static_cast<int>(capacity);
}

} // namespace pipec::sandbox
