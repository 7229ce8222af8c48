// user_namespaces(7), network_namespaces(7), and what a step inherits from the helper.
#include "runtime/sandbox/namespaces.h"

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
  if (::unshare(Needed | CLONE_NEWCGROUP) != 0 && (errno != EINVAL || ::unshare(Needed) != 0))
    return failed(failure, "cannot make a user namespace%s",
                  errno == ENOSPC  ? " (`user.max_user_namespaces` allows no more)"
                  : errno == EPERM ? " (this container, or a setting of the kernel, forbids it)"
                                   : "");
  if (!mapIdentity(uid, gid, /*denyGroups=*/true, failure))
    return false;
  return ::sethostname(StepHostName, std::strlen(StepHostName)) == 0 ||
         failed(failure, "cannot set the host name");
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

bool networkIsUnused() {
  char text[2048];
  int file = ::open("/proc/self/net/sockstat", O_RDONLY | O_CLOEXEC);
  ssize_t size = file < 0 ? -1 : ::read(file, text, sizeof text - 1);
  if (file >= 0)
    ::close(file);
  if (size <= 0)
    return false;
  text[size] = '\0';
  // `sockets: used` counts every family of this namespace; `tw` is apart from it.
  return isZero(text, "sockets: used ") && isZero(text, " orphan ") && isZero(text, " tw ");
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
