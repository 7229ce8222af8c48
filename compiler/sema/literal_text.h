// The texts that are Versions and Urls; for literals, conversions and command lines alike.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::sema {

/// What is wrong with `text` as a Version (`major[.minor[.patch]][-pre]`); empty if nothing.
std::string versionProblem(llvm::StringRef text);

/// A Version that is written like every other one that is equal to it: three numbers without
/// leading zeros, and the numbers behind the `-` as well.
std::string normalVersion(llvm::StringRef version);

/// What is wrong with `text` as a Url (`scheme://host/path`, with the scheme http, https, ssh, git,
/// file or s3); empty if nothing.
std::string urlProblem(llvm::StringRef text);

/// What to do about a Url with credentials in it (base::urlCredential).
constexpr llvm::StringLiteral CredentialHelp =
    "leave it out of the URL, which stands in keys, labels and logs, and give it as a secret: "
    "`password = secret(\"…\")`";

} // namespace pipec::sema
