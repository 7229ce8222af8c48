// The form of a source's identity: the text that `resolve` answers and `pipe.lock` pins.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::base {

/// Why `text` cannot be an identity, as the rest of a sentence ("begins with `-`, …"); empty: it
/// can. An identity becomes an argument of commands, is shown and is compared, so it is one
/// printable line, no option, and not longer than 4096 bytes.
std::string identityProblem(llvm::StringRef text);

} // namespace pipec::base
