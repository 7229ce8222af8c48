// Who acts: users and groups of this machine.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace pipec::host {

/// The name of the user that runs this process, by its real uid: variables such as LOGNAME can say
/// anything. `uid 1234` if the machine has no name for it.
std::string currentUser();

/// Whether `user` is in `group` today, on this machine. A user or group that it does not know is in
/// none.
bool isMember(llvm::StringRef user, llvm::StringRef group);

} // namespace pipec::host
