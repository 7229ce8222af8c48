// Braces: finding the one that is missing or too many, and pairing all brackets.
#pragma once

#include "compiler/parse/lexer.h"
#include "compiler/parse/token_stream.h"

namespace pipec::parse {

/// Reports braces that are never closed (E0102) or close nothing (E0103), and repairs `lexed` by
/// virtual ones, so that each has its partner.
void balanceBraces(LexedFile& lexed, const diagnostics::SourceFile& source,
                   diagnostics::SourceFileId file, diagnostics::DiagnosticEmitter emitter);

/// Sets `partner`, `depth` and `startsDeclaration` of all tokens. Braces and strings are balanced;
/// a round or square bracket may be without a partner.
void pairBrackets(TokenStream& tokens);

} // namespace pipec::parse
