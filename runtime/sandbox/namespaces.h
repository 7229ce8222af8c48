// Namespaces: the calls that make them, and the identity inside them.
#pragma once

#include "runtime/sandbox/failure.h"

namespace pipec::sandbox {

/// Moves this process, which has one thread, into a user namespace with the step's uid and gid, and
/// into mount, host name and cgroup namespaces that belong to it.
bool enterSharedNamespaces(Failure& failure);

/// In a namespace made by clone(CLONE_NEWUSER): maps `uid` and `gid` of the parent namespace to the
/// step's. `denyGroups` unless the parent namespace did so already.
bool mapIdentity(unsigned uid, unsigned gid, bool denyGroups, Failure& failure);

/// A network of its own for this process, with a loopback interface that is up and nothing else.
bool enterEmptyNetwork(Failure& failure);

/// Whether nothing is left in the present network of what processes did in it: no socket, not even
/// one that only waits for late packets.
bool networkIsUnused();

/// Limits, masks and settings that steps inherit, the same on every machine as far as it allows.
void fixProcessSettings();

} // namespace pipec::sandbox
