// user_namespaces(7), network_namespaces(7), and what a step inherits from the helper.
#include "runtime/sandbox/namespaces.h"

#include "runtime/sandbox/call_filter.h"
#include "runtime/sandbox/proc_folder.h"
#include "runtime/sandbox/step_environment.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::sandbox {

static bool writeOnce(const char* path, const char* text, Failure& failure) {
  int file = ::open(path, O_WRONLY | O_CLOEXEC);
  ssize_t size = static_cast<ssize_t>(std::strlen(text));
  bool good = file >= 0 && ::write(file, text, static_cast<size_t>(size)) == size;
  if (!good)
    failed(failure, "cannot write `%s`", path);
  if (file >= 0)
    ::close(file);
  return good;
}

bool mapIdentity(unsigned uid, unsigned gid, bool denyGroups, Failure& failure) {
  char users[64], groups[64];
  std::snprintf(users, sizeof users, "%u %u 1\n", StepUserId, uid);
  std::snprintf(groups, sizeof groups, "%u %u 1\n", StepUserId, gid);
  return (!denyGroups || writeOnce("/proc/self/setgroups", "deny", failure)) &&
         writeOnce("/proc/self/uid_map", users, failure) &&
         writeOnce("/proc/self/gid_map", groups, failure);
}

bool enterSharedNamespaces(Failure& failure) {
  unsigned uid = ::geteuid(), gid = ::getegid();
  // Only root may; the groups of a user stay, unnamed.
  if (uid == 0)
    (void)::setgroups(0, nullptr);
  constexpr int Needed = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS;
  // Not even a step of pipec that may make namespaces can make one of cgroups.
  if (::unshare(Needed | CLONE_NEWCGROUP) != 0 && ::unshare(Needed) != 0)
    return failed(failure, "cannot make a user namespace%s",
                  errno == ENOSPC ? " (`user.max_user_namespaces` allows no more)" : "");
  if (!mapIdentity(uid, gid, /*denyGroups=*/true, failure))
    return false;
  return ::sethostname(StepHostName, std::strlen(StepHostName)) == 0 ||
         failed(failure, "cannot set the host name");
}

bool forbidNamespaces(bool usersToo, Failure& failure) {
  // A container may have /proc/sys read-only.
  Failure ignored;
  if (writeOnce("/proc/sys/user/max_cgroup_namespaces", "0\n", ignored) &&
      (!usersToo || writeOnce("/proc/sys/user/max_user_namespaces", "0\n", ignored)))
    return true;
  return installFilter(namespaceFilter(usersToo), failure);
}

bool hideMountTable(Failure& failure) {
  // The table lists the mounts of the process's namespace that can be reached from its root. So the
  // root stays in a namespace that only this descriptor keeps, and the process leaves for a copy.
  int root = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  int keeper = ::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  bool good = root >= 0 && keeper >= 0 && ::unshare(CLONE_NEWNS) == 0 && ::fchdir(root) == 0 &&
              ::chroot(".") == 0;
  if (!good)
    failed(failure, "cannot hide the table of mounts");
  if (root >= 0)
    ::close(root);
  return good;
}

MemorySettings::MemorySettings() {
  const char* const paths[] = {"/proc/self/oom_score_adj", "/proc/self/coredump_filter"};
  for (unsigned index : {0u, 1u}) {
    Setting& setting = settings[index];
    setting.file = ::open(paths[index], O_RDWR | O_CLOEXEC);
    // The filter is written as it is read, but for the base.
    const size_t used = index == 1 ? 2 : 0;
    std::memcpy(setting.text, "0x", used);
    ssize_t size = setting.file < 0 ? -1
                                    : ::pread(setting.file, setting.text + used,
                                              sizeof setting.text - used - 1, 0);
    setting.text[used + static_cast<size_t>(std::max<ssize_t>(size, 0))] = '\0';
  }
}

void MemorySettings::restore() const {
  for (const Setting& setting : settings)
    if (setting.file >= 0)
      (void)!::pwrite(setting.file, setting.text, std::strlen(setting.text), 0);
}

bool enterEmptyNetwork(Failure& failure) {
  if (::unshare(CLONE_NEWNET) != 0)
    return failed(failure, "cannot make a network namespace");
  int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request = {};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  bool good = socket >= 0 && ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
  if (!good)
    failed(failure, "cannot bring up the loopback interface");
  if (socket >= 0)
    ::close(socket);
  return good;
}

/// The number after ` name ` in `text`; absent counts as something.
static bool isZero(const char* text, const char* name) {
  const char* found = std::strstr(text, name);
  return found && found[std::strlen(name)] == '0' && found[std::strlen(name) + 1] < '0';
}

/// Whether all counters of the loopback interface are zero in `text`, as /proc/net/dev has them.
static bool sentNothing(const char* text) {
  const char* counters = std::strstr(text, "lo:");
  return counters && std::strspn(counters + 3, " 0") == std::strcspn(counters + 3, "\n");
}

bool networkIsUnused() {
  char text[2048];
  // `sockets: used` counts every family of this namespace; `tw` is apart from it. Of others, such
  // as closed ones that still have something to send, a packet tells.
  return readProc("self", "net/sockstat", text, sizeof text) && isZero(text, "sockets: used ") &&
         isZero(text, " tw ") && readProc("self", "net/dev", text, sizeof text) &&
         sentNothing(text);
}

void fixProcessSettings() {
  ::umask(022);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::personality(ADDR_NO_RANDOMIZE); // of PER_LINUX, which is 0
  auto limit = [](__rlimit_resource resource, rlim_t value, bool hardToo) {
    rlimit present = {};
    ::getrlimit(resource, &present);
    rlimit wanted = {value, hardToo ? value : present.rlim_max};
    if (::setrlimit(resource, &wanted) == 0)
      return;
    // Only root may raise the hard limit.
    wanted.rlim_cur = std::min(value, present.rlim_max);
    wanted.rlim_max = hardToo ? wanted.rlim_cur : present.rlim_max;
    (void)::setrlimit(resource, &wanted);
  };
  limit(RLIMIT_CORE, 0, true);
  limit(RLIMIT_NOFILE, 16384, true);
  limit(RLIMIT_STACK, 8 * 1024 * 1024, false);
}

} // namespace pipec::sandbox
