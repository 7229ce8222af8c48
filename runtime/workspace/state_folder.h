// Making a workspace's `.pipec` this user's own, and taking back what was set aside for that.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::workspace {

/// To be called before anything is written to `.pipec`: makes it with mode 0700, with a
/// `.gitignore` before anything else, and with its number. What is not believed is renamed into
/// `.pipec/set-aside-N`, and `warn` gets one sentence; afterwards all that is there is believed. An
/// error of the world that names the remedy: it is a link, or another user's, or cannot be made.
llvm::Error prepare(const std::string& root,
                    llvm::function_ref<void(llvm::StringRef message)> warn);

/// An error of the world if there is a deploy state in the workspace that is not believed, or was
/// set aside and is neither adopted nor removed. Whoever went on with an empty one would lift
/// freezes and holds and forget what is deployed.
llvm::Error checkDeployState(const std::string& root);

/// Takes back all that was set aside, in a `.pipec` that was prepared; what has taken its place
/// meanwhile goes to `.pipec/replaced-N`. Returns the names, sorted. What git tracks is not
/// adopted: an error that says how git is to stop. Nobody may be using the state meanwhile.
llvm::Expected<std::vector<std::string>> adopt(const std::string& root);

} // namespace pipec::workspace
