// The numbers of 64-bit programs.
#include "runtime/sandbox/refused_calls.h"

#include <asm/unistd.h>
#include <linux/audit.h>

namespace pipec::sandbox {

static constexpr RefusedCall Calls[] = {
#define REFUSE(NUMBER, ANSWER) {NUMBER, CallAnswer::ANSWER},
#include "runtime/sandbox/refused_calls.def"
#undef REFUSE
};

CallTable nativeCalls() {
#if defined(__x86_64__)
  constexpr uint32_t Architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
  constexpr uint32_t Architecture = AUDIT_ARCH_AARCH64;
#else
#error "the name of this architecture in seccomp's data is missing"
#endif
  return {Architecture, Calls, sizeof Calls / sizeof *Calls, __NR_clone, __NR_unshare, __NR_clone3};
}

} // namespace pipec::sandbox
