// The standard library as the binary carries it: the text of every file of stdlib/std.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace pipec::stdlib {

struct Module {
  llvm::StringLiteral path; ///< relative to this folder: `std/git.pipe` is `use std.git`
  llvm::StringLiteral text; ///< UTF-8
};

/// Sorted by path, in bytes.
llvm::ArrayRef<Module> modules();

} // namespace pipec::stdlib
