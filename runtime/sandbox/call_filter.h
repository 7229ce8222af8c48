// CallFilter: the seccomp filters that a step and all it starts live under.
#pragma once

#include "runtime/sandbox/failure.h"

#include <cstddef>
#include <linux/filter.h>

namespace pipec::sandbox {

struct FilterProgram {
  sock_filter instructions[512];
  size_t size = 0;
};

/// Refuses what no namespace contains: keys, sockets of most families, the kernel's own interfaces
/// (see refused_calls.def); by whatever numbers the kernel is called.
FilterProgram callFilter();

/// Refuses new cgroup namespaces and, with `usersToo`, new user namespaces, without which a process
/// that has no capability can make no other namespace either. For kernels whose limits cannot be
/// set (see forbidNamespaces): it would be a second filter for each step.
FilterProgram namespaceFilter(bool usersToo);

/// Puts this process, and all it starts, under `program` for good. Needs no_new_privs. Costs a
/// tenth of a millisecond, so it is done once, before there are steps.
bool installFilter(const FilterProgram& program, Failure& failure);

} // namespace pipec::sandbox
