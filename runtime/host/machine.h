// How much of this machine a process may use.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace pipec::host {

/// The CPUs that this process may use: what its affinity allows, and no more than the quotas of its
/// control groups pay for, rounded up. At least 1.
unsigned usableCpus();

/// The memory that this process may use, in bytes: what the machine has, and no more than the
/// limits of its control groups. UINT64_MAX if nobody can tell.
uint64_t usableMemory();

/// The same questions to the files below another root, for tests. `UINT64_MAX`: no limit is set.
uint64_t memoryLimit(llvm::StringRef root);
uint64_t cpuQuota(llvm::StringRef root);

} // namespace pipec::host
