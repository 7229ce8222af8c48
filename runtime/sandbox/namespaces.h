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

/// In the same: from now on no process of it, or of one below it, can make a cgroup namespace or,
/// with `usersToo`, a user namespace. Costs a few microseconds where /proc/sys can be written.
bool forbidNamespaces(bool usersToo, Failure& failure);

/// Takes what stands in /proc/PID/mountinfo from this process, and all it starts: these show where
/// the host keeps what it shows to a step. Afterwards its mounts cannot be changed, not even by a
/// process that gets the right to.
bool hideMountTable(Failure& failure);

/// What belongs to this process's memory and can be set from outside by whoever has its user: the
/// memory is shared with the inits of steps, so it is put back after each of them.
class MemorySettings {
public:
  /// Reads them as they are.
  MemorySettings();
  void restore() const;

private:
  struct Setting {
    int file = -1;
    char text[32] = "";
  };
  Setting settings[2];
};

/// A network of its own for this process, with a loopback interface that is up and nothing else.
bool enterEmptyNetwork(Failure& failure);

/// Whether nothing is left in the present network of what processes did in it: no socket, not even
/// one that only waits for late packets, and no packet in a counter.
bool networkIsUnused();

/// Limits, masks and settings that steps inherit, the same on every machine as far as it allows.
void fixProcessSettings();

} // namespace pipec::sandbox
