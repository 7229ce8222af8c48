// Characters that begin no token: what to say about them, and how to go on.
#pragma once

#include "compiler/diagnostics/diagnostic.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace pipec::parse {

/// How lexing goes on behind a bad character.
struct AfterBadCharacter {
  uint32_t resume = 0; ///< offset of the next byte to read
  /// A token to put in place of the text from `begin` to `resume`.
  std::optional<size_t> tokenType;
  uint32_t begin = 0;
};

/// Reports the character at `offset` (E0001). `nameBegin` is where a name that ends at `offset`
/// begins, else `offset` itself.
AfterBadCharacter reportBadCharacter(llvm::StringRef text, diagnostics::SourceFileId file,
                                     uint32_t offset, uint32_t nameBegin,
                                     diagnostics::DiagnosticEmitter emitter);

/// Reports a `/* … */` that begins at `offset`, and says where it ends.
uint32_t reportBlockComment(llvm::StringRef text, diagnostics::SourceFileId file, uint32_t offset,
                            diagnostics::DiagnosticEmitter emitter);

/// Different characters of no meaning on one line are text whose quotes are missing: of the
/// messages about them, those about the first are kept.
void keepOneBadCharacter(std::vector<diagnostics::Diagnostic>& messages,
                         const diagnostics::SourceFile& source);

/// Where the name behind the `${` before `begin` ends: more can hardly be meant by a hole that is
/// never closed.
uint32_t endOfName(llvm::StringRef text, uint32_t begin);

/// The offset of the end of the line that `offset` is on.
uint32_t lineEnd(llvm::StringRef text, uint32_t offset);

} // namespace pipec::parse
