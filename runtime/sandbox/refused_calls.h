// RefusedCalls: which calls of the kernel a step may not make, by the numbers of each way to call
// it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pipec::sandbox {

enum class CallAnswer : uint8_t {
  NotThere,     ///< ENOSYS: programs do without
  Forbidden,    ///< EPERM
  Family,       ///< EAFNOSUPPORT unless argument 0 is a family of sockets that steps may use
  Multiplexed,  ///< the same for every socket: its family cannot be seen
  Terminal,     ///< EPERM if argument 1 is a request that types into a terminal
  FirstProcess, ///< EPERM if argument 0 is process 1
  NewUser,      ///< EPERM if argument 0 has the flag of a new user namespace
  NewCgroup,    ///< EPERM if argument 0 has the flag of a new cgroup namespace
};

struct RefusedCall {
  uint32_t number;
  CallAnswer answer;
};

/// One way to call the kernel: this machine's own, or that of 32-bit programs on it.
struct CallTable {
  uint32_t architecture; ///< AUDIT_ARCH_*
  const RefusedCall* calls;
  size_t count;
  uint32_t clone, unshare, clone3; ///< their numbers
};

/// The machine's own.
CallTable nativeCalls();
/// Of 32-bit programs; `count` 0: they are refused as a whole.
CallTable compatibleCalls();

} // namespace pipec::sandbox
