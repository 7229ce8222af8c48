// ProcFolder: where /proc has a process of this pid namespace. Runs in the helper's processes.
#pragma once

#include <cstddef>
#include <sys/types.h>

namespace pipec::sandbox {

/// Writes where /proc has `task`, a process or thread of the caller's own pid namespace. /proc may
/// know it by another number: in a container that covers parts of /proc no fresh one can be
/// mounted, and a step has that of the container. False: it is not there.
bool procFolderOf(pid_t task, char* folder, size_t capacity);

} // namespace pipec::sandbox
