// Credentials that stand in URLs, between `://` and `@`.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace pipec::base {

/// Why the URL `text` should be a secret, as the rest of a sentence (`it has a password in it`);
/// empty: it should not. A name alone is none, unless it looks like a token.
std::string urlCredential(llvm::StringRef text);

/// `text` with `***` for what stands between `://` and `@` in it: for messages.
std::string withoutUrlCredentials(llvm::StringRef text);

/// What in the value of the variable `name`, which is for the network, may let somebody in: of each
/// URL in it what stands between `://` and `@`, and the password in that, as they are and
/// percent-decoded; of a proxy also without a scheme. The whole value, if the name says that it is
/// a token or password.
std::vector<std::string> networkCredentials(llvm::StringRef name, llvm::StringRef value);

} // namespace pipec::base
