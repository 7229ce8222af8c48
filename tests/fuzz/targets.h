// What is fuzzed: functions that take any bytes, and must neither crash nor break a promise.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace pipec::fuzz {

struct Target {
  llvm::StringLiteral name;
  bool readsPrograms; ///< in the language; else it starts from `tests/fuzz/corpus/<name>/`
  /// Ends the process, by an assertion or a sanitizer, if the compiler does something wrong.
  void (*run)(llvm::StringRef bytes);
};

/// All targets. A new one is a function and a line in targets.cpp.
llvm::ArrayRef<Target> targets();

/// Lexer and parser: one file.
void fuzzParse(llvm::StringRef bytes);

/// Parsing, checking and lowering of a small workspace. `bytes` is its module `p.pipe`; what stands
/// behind a line `//// other.pipe` is a second module of that name.
void fuzzFrontEnd(llvm::StringRef bytes);

/// Reading an image. The first line of `bytes` says what the rest is: `layout`, its documents;
/// `entries`, lines that describe a tar file; `tar`, one; `gzip`, a layer that is compressed.
void fuzzImages(llvm::StringRef bytes);

/// What pipec keeps in a workspace, a cache and the user's state. The first line of `bytes` says
/// what the rest is: `kept`, `result`, `origin`, … (state_target.cpp).
void fuzzState(llvm::StringRef bytes);

/// Ends the process with `message` unless `condition` holds, with or without NDEBUG.
void expect(bool condition, llvm::StringRef message);

} // namespace pipec::fuzz
