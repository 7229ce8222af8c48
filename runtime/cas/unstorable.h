// Unstorable: why something on disk cannot become content.
#pragma once

#include "compiler/base/error.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace pipec::cas {

/// The error of ContentStore::putPath for what is no content: sockets, pipes and devices, names
/// that are not UTF-8, and paths of more than 3,072 bytes, which would be too long elsewhere.
class Unstorable final : public llvm::ErrorInfo<Unstorable, base::Error> {
public:
  static char ID;
  /// `root`: what was to be stored; `path`: what it is about, relative to that.
  Unstorable(llvm::StringRef root, llvm::StringRef path, std::string why);

  const std::string path; ///< empty: the root itself
  const std::string why;  ///< `it is a socket, not a file, folder or link`
};
/// Whether putPath would find something that is Unstorable, without storing anything.
llvm::Error checkStorable(llvm::StringRef path);

} // namespace pipec::cas
