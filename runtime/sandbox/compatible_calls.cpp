// The numbers of 32-bit programs, whose names are the same: so they have a file of their own.
#include "runtime/sandbox/refused_calls.h"

#if defined(__x86_64__)
#include <asm/unistd_32.h>
#include <linux/audit.h>

namespace pipec::sandbox {

static constexpr RefusedCall Calls[] = {
#define REFUSE(NUMBER, ANSWER) {NUMBER, CallAnswer::ANSWER},
#include "runtime/sandbox/refused_calls.def"
#undef REFUSE
};

CallTable compatibleCalls() {
  return {AUDIT_ARCH_I386, Calls,        sizeof Calls / sizeof *Calls,
          __NR_clone,      __NR_unshare, __NR_clone3};
}

} // namespace pipec::sandbox

#else

namespace pipec::sandbox {

CallTable compatibleCalls() {
  return {};
}

} // namespace pipec::sandbox

#endif
