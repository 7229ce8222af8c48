// ProcFolder: reading /proc without allocating, as the helper's processes need it.
#pragma once

#include <cstddef>
#include <sys/types.h>

namespace pipec::sandbox {

/// Writes where /proc has `task`, a process or thread of the caller's own pid namespace. /proc may
/// know it by another number: in a container that covers parts of /proc no fresh one can be
/// mounted, and a step has that of the container. False: it is not there.
bool procFolderOf(pid_t task, char* folder, size_t capacity);

/// What `/proc/NAME/FILE` says, at most `capacity - 1` bytes and a NUL. False: nothing.
bool readProc(const char* name, const char* file, char* text, size_t capacity);

} // namespace pipec::sandbox
