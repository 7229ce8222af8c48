// Guards: what is checked before ANTLR's parser sees a file, because hostile input makes it fail.
#pragma once

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/parse/token.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace pipec::parse {

/// How deep brackets, and `else if` chains, may be nested.
constexpr uint32_t MaxNesting = 256;

/// Checks that the file is UTF-8 text (E0002, E0001 for NUL bytes). Returns where its first token
/// may begin, behind a byte order mark; nullopt if it cannot be read.
std::optional<uint32_t> checkText(const diagnostics::SourceFile& source,
                                  diagnostics::SourceFileId file,
                                  diagnostics::DiagnosticEmitter emitter);

/// Checks that nothing is nested deeper than MaxNesting (E0011): what the parser, and everything
/// that walks the tree, recurses into.
bool checkNesting(llvm::ArrayRef<Token> tokens, diagnostics::SourceFileId file,
                  diagnostics::DiagnosticEmitter emitter);

} // namespace pipec::parse
