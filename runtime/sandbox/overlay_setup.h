// OverlaySetup: the two unions of a root, `/etc` and `/w`, and what takes their place where the
// kernel refuses an overlay.
#pragma once

#include "runtime/sandbox/failure.h"
#include "runtime/sandbox/wire.h"

#include <cstdint>

namespace pipec::sandbox {

/// OperationKind::SetAttributes: adds MOUNT_ATTR_* flags to the mount at `path`.
bool setMountAttributes(const char* path, uint64_t attributes, bool recursive, Failure& failure);

/// OperationKind::Mask. Without an overlay: a copy, or with `mayCopy` false nothing.
bool mountMask(const char* path, const char* source, bool mayCopy, MessageReader& items,
               uint64_t count, Failure& failure);

/// OperationKind::Overlay. The upper layer is in memory where that file system can carry its
/// marks, else in the folder `scratch`; where neither serves, `path` is a copy of the layers.
bool mountOverlay(const char* path, const char* scratch, uint64_t attributes, MessageReader& items,
                  uint64_t count, Failure& failure);

} // namespace pipec::sandbox
