// What variables for the network add to the key of a source.
#pragma once

#include "compiler/base/digest.h"
#include "runtime/sandbox/spawn.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <utility>
#include <vector>

namespace pipec::exec {

/// The variables that are among `counted`, with digests of their values: keys are recorded, and a
/// value may be a token. Who asks is not in them: as with secrets, a new password fetches nothing
/// again. Sorted by name.
std::vector<std::pair<std::string, base::Digest>>
networkKey(llvm::ArrayRef<sandbox::Variable> variables, llvm::ArrayRef<std::string> counted);

} // namespace pipec::exec
