// Identifiers of the language: `[A-Za-z_][A-Za-z0-9_]*`, and the words that are none.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace pipec::base {

/// `let fn pub return if else match for in assert true false none and or not`: never names.
bool isKeyword(llvm::StringRef word);
/// Whether a declaration may be called that; `_` alone binds nothing.
bool isIdentifier(llvm::StringRef word);

} // namespace pipec::base
