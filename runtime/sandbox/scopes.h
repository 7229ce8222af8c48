// Scopes: the border that Landlock draws around steps that share namespaces with the host.
#pragma once

namespace pipec::sandbox {

/// What enterScope() needs, made once; -1 where the kernel has no such scopes (Linux before 6.12,
/// or without Landlock). The caller closes it, or leaves that to the end of the process.
int makeScope();

/// From now on this process, and all it starts, can neither connect to abstract Unix sockets of
/// processes outside nor send signals to these. Needs no_new_privs.
bool enterScope(int scope);

} // namespace pipec::sandbox
