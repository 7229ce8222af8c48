// CallFilter: the seccomp filter that a step and all it starts live under.
#pragma once

#include "runtime/sandbox/failure.h"

namespace pipec::sandbox {

/// From now on the kernel refuses to this process, and all it starts, what no namespace contains:
/// keys, sockets of most families, the kernel's own interfaces (see refused_calls.def); by whatever
/// numbers it is called. Needs no_new_privs. Costs a tenth of a millisecond, so it is done once,
/// before there are steps.
bool refuseCalls(Failure& failure);

/// The same for new cgroup namespaces and, with `usersToo`, for new user namespaces, without which
/// a process that has no capability can make no other namespace either. For kernels whose limits
/// cannot be set (see forbidNamespaces): it would be a second filter for each step.
bool refuseNamespaceCalls(bool usersToo, Failure& failure);

} // namespace pipec::sandbox
