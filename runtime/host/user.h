// Who acts: users and groups of this machine.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace pipec::host {

/// The name of the user that runs this process, by its real uid: variables such as LOGNAME can say
/// anything. For logs: `uid 1234` if the machine has no name for it, or one that means another
/// number; `uid 0 in a user namespace` where the number is whatever who made that wanted.
std::string currentUser();

/// currentUser(), for what somebody answers for by name, as `doing` tells (`pipec approve`). A
/// usage error in a user namespace.
llvm::Expected<std::string> answeringUser(llvm::StringRef doing);

/// Whether `user` is in `group` today, on this machine. A user or group that it does not know is in
/// none.
bool isMember(llvm::StringRef user, llvm::StringRef group);

/// Whether the text of a `uid_map` is that of the initial user namespace, or of one that has all
/// numbers as they are.
bool isIdentity(llvm::StringRef uidMap);

} // namespace pipec::host
