// Lexing: the text of a file → tokens that the parser can keep step with.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/parse/damage.h"
#include "compiler/parse/token.h"

#include <vector>

namespace pipec::parse {

struct LexedFile {
  std::vector<Token> tokens; ///< of the default channel; the last is EOF
  std::vector<ast::Comment> comments;
  Damage damage;
};

/// Lexes `source`, which is UTF-8, from the byte `start` on. Reports characters that begin nothing
/// (E0001) and strings and holes that end too late or too early (E0003, E0102, E0009), and closes
/// them, so that every opening of a string or hole has its end in `tokens`.
LexedFile lexFile(const diagnostics::SourceFile& source, diagnostics::SourceFileId file,
                  uint32_t start, diagnostics::DiagnosticConsumer& consumer);

} // namespace pipec::parse
