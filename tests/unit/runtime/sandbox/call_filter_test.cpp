// The filters of system calls, run as the kernel runs them: also for ways to call it that this
// machine may not have.
#include "runtime/sandbox/call_filter.h"

#include "runtime/sandbox/refused_calls.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

using namespace pipec::sandbox;

namespace {

/// What `program` answers, as classic BPF in linux/filter.h defines it.
uint32_t evaluate(const FilterProgram& program, const seccomp_data& data) {
  uint32_t accumulator = 0;
  for (size_t at = 0; at < program.size; ++at) {
    const sock_filter& now = program.instructions[at];
    switch (now.code) {
    case BPF_LD | BPF_W | BPF_ABS:
      REQUIRE(now.k + sizeof accumulator <= sizeof data);
      std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + now.k, sizeof accumulator);
      break;
    case BPF_JMP | BPF_JEQ | BPF_K:
      at += accumulator == now.k ? now.jt : now.jf;
      break;
    case BPF_JMP | BPF_JGE | BPF_K:
      at += accumulator >= now.k ? now.jt : now.jf;
      break;
    case BPF_JMP | BPF_JSET | BPF_K:
      at += (accumulator & now.k) != 0 ? now.jt : now.jf;
      break;
    case BPF_RET | BPF_K:
      return now.k;
    default:
      FAIL("an instruction that the filters do not use");
    }
  }
  FAIL("the program has no end");
  return 0;
}

/// 0, or the errno that a call gets.
int answer(const FilterProgram& program, uint32_t architecture, long number,
           std::initializer_list<uint64_t> arguments = {}) {
  seccomp_data data = {};
  data.nr = static_cast<int>(number);
  data.arch = architecture;
  std::copy(arguments.begin(), arguments.end(), data.args);
  uint32_t action = evaluate(program, data);
  if (action == SECCOMP_RET_ALLOW)
    return 0;
  REQUIRE((action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO);
  return static_cast<int>(action & SECCOMP_RET_DATA);
}

} // namespace

TEST_CASE("the calls that a step needs pass, and those that no namespace contains do not") {
  const FilterProgram program = callFilter();
  const uint32_t own = nativeCalls().architecture;
  for (long number : {SYS_read, SYS_openat, SYS_execve, SYS_clone, SYS_clone3, SYS_unshare,
                      SYS_ptrace, SYS_mount, SYS_memfd_create, SYS_connect, SYS_futex})
    CHECK(answer(program, own, number) == 0);
  for (long number : {SYS_keyctl, SYS_add_key, SYS_request_key, SYS_io_uring_setup,
                      SYS_io_uring_enter, SYS_io_uring_register, 457, 458})
    CHECK(answer(program, own, number) == ENOSYS);
  for (long number : {SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_open_by_handle_at,
                      SYS_kexec_load, SYS_finit_module, SYS_reboot, SYS_syslog, SYS_quotactl})
    CHECK(answer(program, own, number) == EPERM);
  // What this list does not know yet, -1 (which a tracer may put there) and x32.
  for (long number : {470L, 512L, 100'000L, -1L, 0x40000000L + SYS_read})
    CHECK(answer(program, own, number) == ENOSYS);
}

TEST_CASE("sockets are of four families, whatever the upper half of the argument says") {
  const FilterProgram program = callFilter();
  const uint32_t own = nativeCalls().architecture;
  for (long number : {SYS_socket, SYS_socketpair}) {
    for (uint64_t family = 0; family < 64; ++family) {
      bool allowed =
          family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK;
      CHECK(answer(program, own, number, {family}) == (allowed ? 0 : EAFNOSUPPORT));
    }
    CHECK(answer(program, own, number, {(1ull << 32) | AF_VSOCK}) == EAFNOSUPPORT);
    CHECK(answer(program, own, number, {(uint64_t{AF_UNIX} << 32) | AF_ALG}) == EAFNOSUPPORT);
  }
}

TEST_CASE("arguments decide where a call does harm with some alone") {
  const FilterProgram program = callFilter();
  const uint32_t own = nativeCalls().architecture;
  CHECK(answer(program, own, SYS_ioctl, {0, TIOCGWINSZ}) == 0);
  for (uint64_t request : {uint64_t{TIOCSTI}, uint64_t{TIOCLINUX}, (uint64_t{1} << 32) | TIOCSTI})
    CHECK(answer(program, own, SYS_ioctl, {0, request}) == EPERM);
  CHECK(answer(program, own, SYS_prlimit64, {0, 7}) == 0);
  CHECK(answer(program, own, SYS_prlimit64, {25, 7}) == 0);
  CHECK(answer(program, own, SYS_prlimit64, {1, 7}) == EPERM);
}

TEST_CASE("a way to call the kernel that is not known leads nowhere") {
  const FilterProgram program = callFilter();
  CHECK(answer(program, AUDIT_ARCH_S390X, SYS_read) == ENOSYS);
  CHECK(answer(namespaceFilter(true), AUDIT_ARCH_S390X, SYS_read) == ENOSYS);
}

#ifdef __x86_64__
TEST_CASE("32-bit programs are refused the same") {
  const FilterProgram program = callFilter();
  constexpr uint32_t I386 = AUDIT_ARCH_I386;
  // read, open, execve, mmap2, and the multiplexed calls of sockets that exist already.
  for (long number : {3, 5, 11, 192})
    CHECK(answer(program, I386, number) == 0);
  for (uint64_t call = 1; call <= 20; ++call)
    CHECK(answer(program, I386, 102, {call}) == (call == 1 || call == 8 ? EAFNOSUPPORT : 0));
  CHECK(answer(program, I386, 359, {AF_INET}) == 0);
  CHECK(answer(program, I386, 359, {AF_VSOCK}) == EAFNOSUPPORT);
  CHECK(answer(program, I386, 360, {AF_TIPC}) == EAFNOSUPPORT);
  for (long number : {286, 287, 288, 425}) // add_key, request_key, keyctl, io_uring_setup
    CHECK(answer(program, I386, number) == ENOSYS);
  for (long number : {357, 336, 374, 342, 283, 350, 88, 103, 110}) // bpf … syslog, iopl
    CHECK(answer(program, I386, number) == EPERM);
  // Its numbers mean something else than the machine's own.
  CHECK(answer(program, I386, SYS_keyctl) == 0);
  CHECK(answer(program, nativeCalls().architecture, 288) == 0);
}
#endif

TEST_CASE("namespaces are refused by their flags, and clone3 as it hides them") {
  for (const CallTable& table : {nativeCalls(), compatibleCalls()}) {
    if (table.count == 0)
      continue;
    for (uint32_t number : {table.clone, table.unshare}) {
      for (bool usersToo : {false, true}) {
        const FilterProgram program = namespaceFilter(usersToo);
        CHECK(answer(program, table.architecture, number, {CLONE_NEWCGROUP}) == EPERM);
        CHECK(answer(program, table.architecture, number, {CLONE_NEWUSER | CLONE_NEWNS}) ==
              (usersToo ? EPERM : 0));
        CHECK(answer(program, table.architecture, number, {CLONE_VM | CLONE_VFORK}) == 0);
        CHECK(answer(program, table.architecture, table.clone3) == ENOSYS);
      }
    }
  }
}
