// What a step asks of the kernel in the scenarios of this folder: one attempt a line, with what came of it.
//
// reach calls: by every way of an x86-64 machine to call the kernel, its own, that of 32-bit programs and x32; on
// others, its own alone. reach namespaces: the ways to make one. reach connect PATH, reach listen PATH: a Unix socket,
// an abstract one if PATH begins with `@`. reach key: adds a key of the user, prints its number and that of the user's
// keyring. reach steal KEY KEYRING: prints the key's value.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

typedef long (*Way)(long number, long a, long b, long c);

static long native(long number, long a, long b, long c) {
  long result = syscall(number, a, b, c, 0, 0);
  return result < 0 ? -errno : result;
}

#ifdef __x86_64__
static long x32(long number, long a, long b, long c) {
  return native(number | 0x40000000, a, b, c);
}

/// As 32-bit programs do; the arguments are no pointers, or lead below 4 GiB.
static long compatible(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("xor %%esi, %%esi\n\txor %%edi, %%edi\n\tint $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(a), "c"(b), "d"(c)
                   : "rsi", "rdi", "r8", "r9", "r10", "r11", "memory");
  return (int)result;
}
#endif

#ifdef __x86_64__
/// Not where the kernel was told to have no 32-bit programs.
static int hasCompatible(void) {
  fflush(stdout);
  if (fork() == 0) {
    compatible(20 /* getpid */, 0, 0, 0);
    _exit(0);
  }
  int status = 0;
  wait(&status);
  return WIFEXITED(status);
}
#endif

static void tell(const char* name, long result) {
  printf("%s %s\n", name, result >= 0 ? "done" : strerrorname_np((int)-result));
}

struct Call {
  const char* name;
  long number, compatible;
  long a, b, c;
};

// Where the arguments are not refused, they do no harm: numbers that stand for nothing, no memory.
#define CALL(NAME, COMPATIBLE, A, B, C) {#NAME, SYS_##NAME, COMPATIBLE, A, B, C}
static const struct Call calls[] = {
    CALL(keyctl, 288, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0),
    CALL(add_key, 286, 0, 0, 0),
    CALL(request_key, 287, 0, 0, 0),
    CALL(io_uring_setup, 425, 0, 0, 0),
    CALL(io_uring_enter, 426, -1, 0, 0),
    CALL(io_uring_register, 427, -1, 0, 0),
    CALL(bpf, 357, 99, 0, 0),
    CALL(perf_event_open, 336, 0, 0, 0),
    CALL(userfaultfd, 374, 1, 0, 0),
    CALL(open_by_handle_at, 342, -1, 0, 0),
    CALL(syslog, 103, 10, 0, 0),
    CALL(kexec_load, 283, 0, 0, 0),
    CALL(init_module, 128, 0, 0, 0),
    CALL(finit_module, 350, -1, 0, 0),
    CALL(delete_module, 129, 0, 0, 0),
    CALL(swapon, 87, 0, 0, 0),
    CALL(swapoff, 115, 0, 0, 0),
    CALL(reboot, 88, 0, 0, 0),
    CALL(acct, 51, 1, 0, 0),
    CALL(quotactl, 131, 0, 0, 0),
    CALL(ioctl, 54, 0, TIOCSTI, 0),
    CALL(prlimit64, 340, 1, RLIMIT_NOFILE, 0),
#ifdef __x86_64__
    CALL(iopl, 110, 3, 0, 0),
    CALL(ioperm, 101, 0, 1, 1),
#endif
};

static void tellCalls(const char* way, Way call, int isCompatible) {
  char name[64];
  for (size_t i = 0; i < sizeof calls / sizeof *calls; ++i) {
    long number = isCompatible ? calls[i].compatible : calls[i].number;
    snprintf(name, sizeof name, "%s %s", way, calls[i].name);
    tell(name, call(number, calls[i].a, calls[i].b, calls[i].c));
  }
  for (int family = 1; family < 46; ++family) {
    snprintf(name, sizeof name, "%s socket %d", way, family);
    tell(name, call(isCompatible ? 359 : SYS_socket, family, SOCK_DGRAM, 0));
  }
  // TIPC's sockets come in pairs, too. No kernel looks at what is above the 32 bits of the family.
  snprintf(name, sizeof name, "%s socketpair", way);
  tell(name, call(isCompatible ? 360 : SYS_socketpair, 30, SOCK_STREAM, 0));
  snprintf(name, sizeof name, "%s statmount", way);
  tell(name, call(457, 0, 0, 0));
  snprintf(name, sizeof name, "%s unknown", way);
  tell(name, call(5000, 0, 0, 0));
}

#ifdef __x86_64__
static void tellMultiplexed(void) {
  int* arguments = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  arguments[0] = 40; // AF_VSOCK
  arguments[1] = SOCK_STREAM;
  arguments[2] = 0;
  tell("i386 socketcall", compatible(102, 1, (long)(intptr_t)arguments, 0));
}
#endif

/// In a process of its own, as it cannot be undone.
static void tellInChild(const char* name, long (*attempt)(void)) {
  fflush(stdout);
  if (fork() == 0) {
    long result = attempt();
    tell(name, result < 0 ? -errno : 0);
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
}

static long makeUser(void) { return unshare(CLONE_NEWUSER); }
static long cloneUser(void) {
  long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
  if (child == 0)
    _exit(0);
  return child;
}
static long clone3User(void) {
  struct {
    uint64_t flags, pidfd, childTid, parentTid, exitSignal, stack, stackSize, tls;
  } arguments = {.flags = CLONE_NEWUSER, .exitSignal = SIGCHLD};
  long child = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0)
    _exit(0);
  return child;
}
static long makeCgroup(void) { return unshare(CLONE_NEWCGROUP); }
/// With a user namespace, which owns the other ones.
static long makeBoth(void) { return unshare(CLONE_NEWUSER | CLONE_NEWCGROUP); }
static long makeMounts(void) { return unshare(CLONE_NEWUSER | CLONE_NEWNS); }
/// What a new cgroup namespace would be for.
static long mountCgroups(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return -1;
  unshare(CLONE_NEWCGROUP);
  return mount("cgroup2", "/tmp", "cgroup2", 0, NULL);
}

static int socketAt(const char* path, int listens) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  memcpy(address.sun_path, path, length);
  if (*path == '@')
    *address.sun_path = '\0';
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  int file = socket(AF_UNIX, SOCK_STREAM, 0);
  if (!listens) {
    tell("connect", connect(file, (struct sockaddr*)&address, size) < 0 ? -errno : 0);
    return 0;
  }
  if (bind(file, (struct sockaddr*)&address, size) != 0 || listen(file, 5) != 0)
    return 1;
  puts("listening");
  fflush(stdout);
  pause();
  return 0;
}

static int makeKey(void) {
  long key = syscall(SYS_add_key, "user", "pipec-test", "of-the-user", 11, KEY_SPEC_USER_KEYRING);
  printf("%ld %ld\n", key, syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 0));
  return key < 0;
}

/// A key in a keyring of one's own is one's own, and a keyring's number is the same everywhere.
static void stealKey(long key, long keyring) {
  char value[64] = "";
  if (syscall(SYS_keyctl, KEYCTL_LINK, keyring, KEY_SPEC_SESSION_KEYRING) == 0 &&
      syscall(SYS_keyctl, KEYCTL_READ, key, value, sizeof value - 1) > 0)
    printf("the key's value is %s\n", value);
  else
    puts("no key");
}

int main(int count, char** words) {
  const char* what = count > 1 ? words[1] : "";
  if (strcmp(what, "calls") == 0) {
#ifdef __x86_64__
    tellCalls("x32", x32, 0);
    tell("x86-64 wide socket", native(SYS_socket, 40 | (1l << 32), SOCK_STREAM, 0));
    if (hasCompatible()) {
      tellCalls("i386", compatible, 1);
      tellMultiplexed();
    }
#endif
    tellCalls("own", native, 0);
  } else if (strcmp(what, "namespaces") == 0) {
    tellInChild("user", makeUser);
    tellInChild("clone user", cloneUser);
    tellInChild("clone3 user", clone3User);
    tellInChild("cgroup", makeCgroup);
    tellInChild("user and cgroup", makeBoth);
    tellInChild("user and mount", makeMounts);
    tellInChild("mounted cgroups", mountCgroups);
  } else if (strcmp(what, "key") == 0) {
    return makeKey();
  } else if (strcmp(what, "steal") == 0 && count > 3) {
    stealKey(atol(words[2]), atol(words[3]));
  } else if (count > 2) {
    return socketAt(words[2], strcmp(what, "listen") == 0);
  }
  return 0;
}
