// Empty holes, and operators of other languages.
#include "compiler/parse/repairs.h"

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::SourceRange;

void repairTokens(LexedFile& lexed, llvm::StringRef text, diagnostics::SourceFileId file,
                  diagnostics::DiagnosticEmitter emitter) {
  std::vector<Token> repaired;
  repaired.reserve(lexed.tokens.size());
  for (const Token& token : lexed.tokens) {
    Token* last = repaired.empty() ? nullptr : &repaired.back();
    bool adjacent = last && last->end == token.begin;
    if (last && token.is(PipeLexer::RBRACE) && last->is(PipeLexer::INTERP) && !token.isVirtual) {
      emitter
          .emit(Code::E0008, {file, last->begin, token.end},
                "`" + text.slice(last->begin, token.end) + "` is empty")
          .label("write a value inside, or `$${` for a literal `${`");
      Token value;
      value.type = PipeLexer::IDENT;
      value.isVirtual = true;
      value.begin = value.end = token.begin;
      repaired.push_back(value);
    }
    bool doubled = adjacent && last->type == token.type &&
                   (token.is(PipeLexer::AMP) || token.is(PipeLexer::BAR));
    if (doubled) {
      bool isAnd = token.is(PipeLexer::AMP);
      SourceRange range{file, last->begin, token.end};
      emitter
          .emit(Code::E0101, range,
                llvm::Twine("expected `") + (isAnd ? "and" : "or") + "`, found `" +
                    text.slice(range.begin, range.end) + "`")
          .fix(range, isAnd ? "and" : "or");
      last->type = isAnd ? PipeLexer::AND : PipeLexer::OR;
      last->end = token.end;
      continue;
    }
    repaired.push_back(token);
  }
  lexed.tokens = std::move(repaired);
}

} // namespace pipec::parse
