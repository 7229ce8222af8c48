// Repairs of tokens that need no parser to be understood.
#pragma once

#include "compiler/parse/lexer.h"

namespace pipec::parse {

/// Reports empty holes (E0008), and `&&` and `||` (E0101), and puts what is meant in their place.
/// Takes the `>=` of `flags: List<String>=[]` apart.
void repairTokens(LexedFile& lexed, llvm::StringRef text, diagnostics::SourceFileId file,
                  diagnostics::DiagnosticEmitter emitter);

} // namespace pipec::parse
