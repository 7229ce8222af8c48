// The part of a root's plan that shows a folder of the host which a step may read.
#pragma once

#include "runtime/sandbox/root_plan.h"

#include <string>

namespace pipec::sandbox {

/// Shows the folder `path` of the host, and what is mounted below it, at the same place of the
/// root, where a mount point is already. Read-only, and its files alone: a socket can be connected
/// to and a pipe written to on any mount, but not on an overlay, whose sockets and pipes are
/// others.
void planReadableFolder(RootPlan& plan, const std::string& path);

} // namespace pipec::sandbox
