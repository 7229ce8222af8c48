// seccomp(2). By hand, as trace.cpp: what libseccomp adds is the translation between ways to call
// the kernel, and it cannot translate the one that matters, a family in `socketcall`.
#include "runtime/sandbox/call_filter.h"

#include "runtime/sandbox/refused_calls.h"

#include <bit>
#include <cassert>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <linux/filter.h>
#include <linux/net.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// The first number that no kernel had when the list of refused calls was made. What comes later is
/// not there for a step until somebody has looked at it. The numbers of x32, the third way to call
/// the kernel of an x86-64 machine, are all greater.
constexpr uint32_t FirstUnknownCall = 470;

constexpr uint32_t Families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
constexpr uint32_t TerminalRequests[] = {TIOCSTI, TIOCLINUX};
constexpr uint32_t SocketCalls[] = {SYS_SOCKET, SYS_SOCKETPAIR};
constexpr uint32_t FirstProcess[] = {1};

/// Every argument that is looked at is 32 bits wide for the kernel, whatever stands above them.
constexpr uint32_t argument(unsigned index) {
  static_assert(std::endian::native == std::endian::little);
  return static_cast<uint32_t>(offsetof(seccomp_data, args) + index * sizeof(uint64_t));
}

class Builder {
public:
  FilterProgram program;

  void load(size_t offset) {
    add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)));
  }
  /// Skips the next `count` instructions unless the comparison holds.
  void unless(uint16_t comparison, uint32_t value, size_t count) {
    add(BPF_JUMP(BPF_JMP | BPF_K | comparison, value, 0, static_cast<uint8_t>(count)));
  }
  void answer(uint32_t what) { add(BPF_STMT(BPF_RET | BPF_K, what)); }
  void refuse(int reason) { answer(SECCOMP_RET_ERRNO | static_cast<uint32_t>(reason)); }
  void allow() { answer(SECCOMP_RET_ALLOW); }

  size_t position() const { return program.size; }
  /// Makes the jump at `from` lead, if its comparison fails, to what comes next.
  void land(size_t from) {
    assert(program.size - from - 1 <= UINT8_MAX && "a jump of this machine is short");
    program.instructions[from].jf = static_cast<uint8_t>(program.size - from - 1);
  }

private:
  void add(sock_filter instruction) {
    assert(program.size < std::size(program.instructions));
    program.instructions[program.size++] = instruction;
  }
};

/// Refuses if the argument is one of `values`, or, if `isIn` is false, none of them.
template <size_t Count>
void refuseByValue(Builder& builder, unsigned index, const uint32_t (&values)[Count], bool isIn,
                   int reason) {
  builder.load(argument(index));
  for (uint32_t value : values) {
    builder.unless(BPF_JEQ, value, 1);
    isIn ? builder.refuse(reason) : builder.allow();
  }
  isIn ? builder.allow() : builder.refuse(reason);
}

void refuseByFlag(Builder& builder, uint32_t flag) {
  builder.load(argument(0));
  builder.unless(BPF_JSET, flag, 1);
  builder.refuse(EPERM);
  builder.allow();
}

void addAnswer(Builder& builder, CallAnswer answer) {
  switch (answer) {
  case CallAnswer::NotThere:
    return builder.refuse(ENOSYS);
  case CallAnswer::Forbidden:
    return builder.refuse(EPERM);
  case CallAnswer::Family:
    return refuseByValue(builder, 0, Families, /*isIn=*/false, EAFNOSUPPORT);
  case CallAnswer::Multiplexed:
    return refuseByValue(builder, 0, SocketCalls, /*isIn=*/true, EAFNOSUPPORT);
  case CallAnswer::Terminal:
    return refuseByValue(builder, 1, TerminalRequests, /*isIn=*/true, EPERM);
  case CallAnswer::FirstProcess:
    return refuseByValue(builder, 0, FirstProcess, /*isIn=*/true, EPERM);
  case CallAnswer::NewUser:
    return refuseByFlag(builder, CLONE_NEWUSER | CLONE_NEWCGROUP);
  case CallAnswer::NewCgroup:
    return refuseByFlag(builder, CLONE_NEWCGROUP);
  }
}

/// All calls of one way: the program goes on after it for another one.
void addTable(Builder& builder, const CallTable& table, const RefusedCall* calls, size_t count) {
  builder.load(offsetof(seccomp_data, arch));
  size_t isOther = builder.position();
  builder.unless(BPF_JEQ, table.architecture, 0);
  builder.load(offsetof(seccomp_data, nr));
  builder.unless(BPF_JGE, FirstUnknownCall, 1);
  builder.refuse(ENOSYS);
  for (size_t index = 0; index < count; ++index) {
    size_t isOtherCall = builder.position();
    builder.unless(BPF_JEQ, calls[index].number, 0);
    addAnswer(builder, calls[index].answer);
    builder.land(isOtherCall);
  }
  builder.allow();
  builder.land(isOther);
}

} // namespace

FilterProgram callFilter() {
  Builder builder;
  for (const CallTable& table : {nativeCalls(), compatibleCalls()})
    if (table.count > 0)
      addTable(builder, table, table.calls, table.count);
  builder.refuse(ENOSYS);
  return builder.program;
}

FilterProgram namespaceFilter(bool usersToo) {
  CallAnswer answer = usersToo ? CallAnswer::NewUser : CallAnswer::NewCgroup;
  Builder builder;
  for (const CallTable& table : {nativeCalls(), compatibleCalls()}) {
    // The flags of clone3 are in memory; without it, the C library calls clone.
    const RefusedCall calls[] = {
        {table.clone3, CallAnswer::NotThere}, {table.clone, answer}, {table.unshare, answer}};
    if (table.count > 0)
      addTable(builder, table, calls, std::size(calls));
  }
  builder.refuse(ENOSYS);
  return builder.program;
}

bool installFilter(const FilterProgram& program, Failure& failure) {
  sock_fprog filter = {static_cast<unsigned short>(program.size),
                       const_cast<sock_filter*>(program.instructions)};
  // Without SPEC_ALLOW, Linux before 5.16 turns mitigations on that slow every step down.
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter) ==
             0 ||
         failed(failure, "cannot install the filter of system calls");
}

} // namespace pipec::sandbox
