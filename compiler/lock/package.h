// The content of a vendored package, and its digest.
#pragma once

#include "compiler/base/file_system.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <string>

namespace pipec::lock {

struct PackageContent {
  /// `sha256:` and the SHA-256, in 64 hexadecimal digits, of a line for each file, sorted by path:
  /// `x` if it may be executed, else `f`; a space; the SHA-256 of its content in hexadecimal
  /// digits; two spaces; the path below the package's folder with `/`; a newline. `.git` and
  /// `.pipec` are left out, and empty folders are nothing. (After Go's dirhash,
  /// https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash.) It is a cryptographic hash: the content
  /// comes from somebody else.
  std::string digest;
  std::map<std::string, std::string> modules; ///< the text of each `.pipe` file, by path below it
};

/// Reads the folder `path` (relative to `workspace`, as isPackagePath() has it) with all below it.
/// A usage error if it is not there, is reached through a link, or has in it what is neither file
/// nor folder or has a name that is not plain text.
llvm::Expected<PackageContent> readPackage(base::FileSystem& files, llvm::StringRef workspace,
                                           llvm::StringRef path);

} // namespace pipec::lock
