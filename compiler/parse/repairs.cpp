// Empty holes, operators of other languages, and `>=` behind a type.
#include "compiler/parse/repairs.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::SourceRange;

/// Whether the `>` of the `>=` that follows `before` ends the type of a parameter, field or `let`:
/// back to the `:` there is nothing that a type cannot have. No expression has that, but for
/// comparisons that are chained.
static bool endsType(llvm::ArrayRef<Token> before) {
  unsigned open = 1;
  for (const Token& token : llvm::reverse(before)) {
    if (token.is(PipeLexer::COLON))
      return open == 0;
    if (token.is(PipeLexer::GT))
      ++open;
    else if (token.is(PipeLexer::LT) && open > 0)
      --open;
    else if (!isName(token.type) && !token.is(PipeLexer::DOT) && !token.is(PipeLexer::COMMA) &&
             !token.is(PipeLexer::QUESTION) && !token.is(PipeLexer::AMP))
      return false;
  }
  return false;
}

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
    if (token.is(PipeLexer::GE) && endsType(llvm::ArrayRef(repaired).drop_back())) {
      Token assign = token;
      assign.type = PipeLexer::ASSIGN;
      assign.begin = token.begin + 1;
      assign.column = token.column + 1;
      assign.startsLine = false;
      repaired.back().type = PipeLexer::GT;
      repaired.back().end = assign.begin;
      repaired.push_back(assign);
    }
  }
  lexed.tokens = std::move(repaired);
}

} // namespace pipec::parse
