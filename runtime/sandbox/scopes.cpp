// landlock(7). Files are left alone: mounts say what a step sees of these.
#include "runtime/sandbox/scopes.h"

#include <cstdint>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// As <linux/landlock.h> has them since Linux 6.12.
struct RulesetAttributes {
  uint64_t handledFiles = 0;
  uint64_t handledNetwork = 0;
  uint64_t scoped = 0;
};
constexpr uint64_t AbstractSockets = 1 << 0;
constexpr uint64_t Signals = 1 << 1;

} // namespace

int makeScope() {
  RulesetAttributes attributes;
  attributes.scoped = AbstractSockets | Signals;
  // An older kernel refuses attributes that it does not know. The descriptor is close-on-exec.
  return static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0));
}

bool enterScope(int scope) {
  return ::syscall(SYS_landlock_restrict_self, scope, 0) == 0;
}

} // namespace pipec::sandbox
