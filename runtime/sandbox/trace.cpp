// seccomp_unotify(2). The memory of the caller is read while it waits; it may change its mind
// afterwards, which matters to a guard and not to a record.
#include "runtime/sandbox/trace.h"

#include "runtime/sandbox/proc_folder.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <new>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

constexpr int None = -1;

/// Where a call has its path, and what it does with it.
struct TracedCall {
  int number;
  TraceVerb verb; ///< of an open: if its flags say nothing else
  int folder;     ///< the argument with the folder's descriptor, or None
  int path;       ///< the argument with the path
  int flags;      ///< of an open: the argument with its flags; of openat2 a pointer; else None
};

constexpr TracedCall Calls[] = {
#ifdef SYS_open
    {SYS_open, TraceVerb::Read, None, 0, 1},         {SYS_creat, TraceVerb::Write, None, 0, None},
    {SYS_stat, TraceVerb::Look, None, 0, None},      {SYS_lstat, TraceVerb::Look, None, 0, None},
    {SYS_access, TraceVerb::Look, None, 0, None},    {SYS_readlink, TraceVerb::Look, None, 0, None},
    {SYS_mkdir, TraceVerb::Write, None, 0, None},    {SYS_rmdir, TraceVerb::Write, None, 0, None},
    {SYS_unlink, TraceVerb::Write, None, 0, None},   {SYS_rename, TraceVerb::Write, None, 1, None},
    {SYS_link, TraceVerb::Write, None, 1, None},     {SYS_symlink, TraceVerb::Write, None, 1, None},
    {SYS_chmod, TraceVerb::Write, None, 0, None},
#endif
#ifdef SYS_newfstatat
    {SYS_newfstatat, TraceVerb::Look, 0, 1, None},
#endif
#ifdef SYS_renameat
    {SYS_renameat, TraceVerb::Write, 2, 3, None},
#endif
    {SYS_openat, TraceVerb::Read, 0, 1, 2},          {SYS_openat2, TraceVerb::Read, 0, 1, 2},
    {SYS_statx, TraceVerb::Look, 0, 1, None},        {SYS_faccessat, TraceVerb::Look, 0, 1, None},
    {SYS_faccessat2, TraceVerb::Look, 0, 1, None},   {SYS_readlinkat, TraceVerb::Look, 0, 1, None},
    {SYS_execve, TraceVerb::Execute, None, 0, None}, {SYS_execveat, TraceVerb::Execute, 0, 1, None},
    {SYS_mkdirat, TraceVerb::Write, 0, 1, None},     {SYS_unlinkat, TraceVerb::Write, 0, 1, None},
    {SYS_renameat2, TraceVerb::Write, 2, 3, None},   {SYS_linkat, TraceVerb::Write, 2, 3, None},
    {SYS_symlinkat, TraceVerb::Write, 1, 2, None},   {SYS_fchmodat, TraceVerb::Write, 0, 1, None},
    {SYS_truncate, TraceVerb::Write, None, 0, None},
};

#if defined(__x86_64__)
constexpr unsigned Architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned Architecture = AUDIT_ARCH_AARCH64;
#else
#error "the name of this architecture in seccomp's data is missing"
#endif

/// In the process that is launched. The descriptor on which its calls are told of, or -1.
int installFilter() {
  constexpr size_t Count = std::size(Calls);
  sock_filter program[Count + 5];
  size_t size = 0;
  auto add = [&](sock_filter instruction) { program[size++] = instruction; };
  auto jump = [](unsigned value, size_t ifEqual, size_t ifNot) {
    return sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, static_cast<uint8_t>(ifEqual),
                                static_cast<uint8_t>(ifNot));
  };
  add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
  add(jump(Architecture, 0, Count + 1));
  add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (size_t i = 0; i < Count; ++i)
    add(jump(static_cast<unsigned>(Calls[i].number), Count - i, 0));
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF));
  sock_fprog filter = {static_cast<unsigned short>(size), program};
  return static_cast<int>(
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter));
}

struct Child {
  const LaunchRequest& request;
  LaunchResult* result;
  int channel;
};

/// What follows the filter asks for no path but that of the command.
int runTraced(void* argument) {
  auto* child = static_cast<Child*>(argument);
  int listener = installFilter();
  if (listener < 0 ||
      !sendMessage(child->channel, MessageWriter(MessageKind::Ready).message(), {listener})) {
    *child->result = {LaunchStatus::Failed, 0, errno, "cannot trace a step"};
    ::_exit(127);
  }
  LaunchResult result = becomeCommand(child->request);
  result.process = 0;
  *child->result = result;
  ::_exit(127);
}

/// The text at `address` of a process, as far as it fits. False: it cannot be read.
bool readText(pid_t process, uint64_t address, char* text, size_t capacity) {
  const size_t page = 4096;
  for (size_t have = 0; have + 1 < capacity;) {
    // Never over the end of a page: the next one may not be there.
    size_t wanted = std::min(capacity - 1 - have, page - (address + have) % page);
    iovec here = {text + have, wanted};
    iovec there = {reinterpret_cast<void*>(address + have), wanted}; // NOLINT: of another process
    ssize_t count = ::process_vm_readv(process, &here, 1, &there, 1, 0);
    if (count <= 0)
      return false;
    if (std::memchr(text + have, 0, static_cast<size_t>(count)))
      return true;
    have += static_cast<size_t>(count);
    text[have] = '\0';
  }
  return true;
}

uint64_t flagsOf(const TracedCall& call, const seccomp_notif& notice) {
  if (call.flags == None)
    return 0;
  uint64_t flags = notice.data.args[call.flags];
  if (call.number == SYS_openat2) {
    open_how how = {};
    iovec here = {&how.flags, sizeof how.flags};
    iovec there = {reinterpret_cast<void*>(flags), sizeof how.flags}; // NOLINT: as above
    ::process_vm_readv(static_cast<pid_t>(notice.pid), &here, 1, &there, 1, 0);
    flags = how.flags;
  }
  return flags;
}

TraceVerb verbOf(const TracedCall& call, uint64_t flags) {
  if (call.flags == None)
    return call.verb;
  if ((flags & O_PATH) != 0)
    return TraceVerb::Look;
  if ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0)
    return TraceVerb::Write;
  return (flags & O_DIRECTORY) != 0 ? TraceVerb::List : TraceVerb::Read;
}

/// Whether the call, a Write, makes something; others change what is there.
bool makes(const TracedCall& call, uint64_t flags) {
  switch (call.number) {
#ifdef SYS_open
  case SYS_rmdir:
  case SYS_unlink:
  case SYS_chmod:
#endif
  case SYS_unlinkat:
  case SYS_fchmodat:
  case SYS_truncate:
    return false;
  default:
    return call.flags == None || (flags & O_CREAT) != 0;
  }
}

bool makesFolder(const TracedCall& call) {
#ifdef SYS_mkdir
  if (call.number == SYS_mkdir)
    return true;
#endif
  return call.number == SYS_mkdirat;
}

/// In the root of the step, which is this process's own, what the step is about to find.
TraceOutcome outcomeOf(const TracedCall& call, TraceVerb verb, uint64_t flags, const char* path) {
  struct stat status;
  bool isThere = ::lstat(path, &status) == 0;
  if (verb != TraceVerb::Write || (!isThere && !makes(call, flags)))
    return isThere ? TraceOutcome::Present : TraceOutcome::Absent;
  // A device can be written on a file system that cannot, and `mkdir -p` asks for all parents.
  if (isThere && (S_ISCHR(status.st_mode) || makesFolder(call)))
    return TraceOutcome::Present;
  char place[8192];
  std::snprintf(place, sizeof place, "%s", path);
  if (!isThere) {
    char* end = std::strrchr(place, '/');
    end[end == place] = '\0';
  }
  struct statvfs system;
  if (::statvfs(place, &system) != 0)
    return TraceOutcome::Absent;
  return (system.f_flag & ST_RDONLY) != 0 ? TraceOutcome::ReadOnly : TraceOutcome::Present;
}

/// The absolute form of what a call has. False: it is about a descriptor alone, or not to be read.
bool pathOf(const TracedCall& call, const seccomp_notif& notice, char* path, size_t capacity) {
  auto process = static_cast<pid_t>(notice.pid);
  char text[4096] = "";
  if (!readText(process, notice.data.args[call.path], text, sizeof text) || !text[0])
    return false;
  if (text[0] == '/') {
    std::snprintf(path, capacity, "%s", text);
    return true;
  }
  int folder = call.folder == None ? AT_FDCWD : static_cast<int>(notice.data.args[call.folder]);
  char link[64];
  if (!procFolderOf(process, link, sizeof link - 16))
    return false;
  size_t used = std::strlen(link);
  if (folder == AT_FDCWD)
    std::snprintf(link + used, sizeof link - used, "/cwd");
  else
    std::snprintf(link + used, sizeof link - used, "/fd/%d", folder);
  ssize_t length = ::readlink(link, path, capacity - 1);
  if (length <= 0)
    return false;
  std::snprintf(path + length, capacity - static_cast<size_t>(length), "/%s", text);
  return true;
}

/// Kept between two writes of the record.
char pending[64 * 1024];
size_t pendingSize = 0;

} // namespace

Tracer::~Tracer() {
  if (listener >= 0)
    ::close(listener);
  if (launched)
    ::munmap(launched, sizeof *launched);
}

LaunchResult Tracer::start(const LaunchRequest& request) {
  pendingSize = 0;
  auto failure = [](const char* what) {
    return LaunchResult{LaunchStatus::Failed, 0, errno, what};
  };
  void* memory =
      ::mmap(nullptr, sizeof *launched, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int sockets[2];
  if (memory == MAP_FAILED || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
    return failure("cannot trace a step");
  launched = new (memory) LaunchResult();
  alignas(64) static char stack[64 * 1024];
  Child child = {request, launched, sockets[1]};
  pid_t process = ::clone(runTraced, stack + sizeof stack, SIGCHLD, &child);
  ::close(sockets[1]);
  static MessageBuffer buffer;
  bool good = process > 0 && receiveMessage(sockets[0], buffer) == Received::Message &&
              buffer.descriptorCount == 1;
  ::close(sockets[0]);
  if (process < 0)
    return failure("cannot start a process");
  // A child that cannot be traced ends, and says why in end().
  if (good)
    listener = buffer.descriptors[0];
  return {LaunchStatus::Started, process};
}

void Tracer::handle(bool isOver) {
  if (isOver) {
    ::close(listener);
    listener = -1;
    return;
  }
  alignas(seccomp_notif) static char request[1024];
  alignas(seccomp_notif_resp) static char response[1024];
  std::memset(request, 0, sizeof request);
  std::memset(response, 0, sizeof response);
  auto& notice = *reinterpret_cast<seccomp_notif*>(request);
  auto& answer = *reinterpret_cast<seccomp_notif_resp*>(response);
  // ENOENT: the caller was killed while it waited.
  if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0)
    return;
  const TracedCall* call = std::find_if(std::begin(Calls), std::end(Calls), [&](const auto& known) {
    return known.number == notice.data.nr;
  });
  char path[8192];
  if (call != std::end(Calls) && pathOf(*call, notice, path, sizeof path)) {
    uint64_t flags = flagsOf(*call, notice);
    TraceVerb verb = verbOf(*call, flags);
    write(verb, outcomeOf(*call, verb, flags, path), path);
  }
  answer.id = notice.id;
  answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

void Tracer::write(TraceVerb verb, TraceOutcome outcome, const char* path) {
  size_t size = std::strlen(path) + 3;
  if (pendingSize + size > sizeof pending)
    flush();
  pending[pendingSize] = static_cast<char>(verb);
  pending[pendingSize + 1] = static_cast<char>(outcome);
  std::memcpy(pending + pendingSize + 2, path, size - 2);
  pendingSize += size;
}

void Tracer::flush() {
  for (size_t done = 0; done < pendingSize && recordError == 0;) {
    ssize_t written = ::write(record, pending + done, pendingSize - done);
    if (written >= 0)
      done += static_cast<size_t>(written);
    else if (errno != EINTR)
      recordError = errno;
  }
  pendingSize = 0;
}

LaunchResult Tracer::end() {
  flush();
  return launched ? *launched : LaunchResult();
}

} // namespace pipec::sandbox
