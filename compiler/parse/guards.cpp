// Checks on bytes and tokens before parsing.
#include "compiler/parse/guards.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::DiagnosticEmitter;
using diagnostics::SourceFileId;
using diagnostics::SourceRange;

constexpr llvm::StringLiteral ByteOrderMark = "\xEF\xBB\xBF";

std::optional<uint32_t> checkText(const diagnostics::SourceFile& source, SourceFileId file,
                                  DiagnosticEmitter emitter) {
  llvm::StringRef text = source.text();
  const auto* first = reinterpret_cast<const llvm::UTF8*>(text.data());
  const auto* at = first;
  if (!llvm::isLegalUTF8String(&at, first + text.size())) {
    auto offset = static_cast<uint32_t>(at - first);
    emitter
        .emit(Code::E0002, {file, offset, offset + 1},
              "this file is not UTF-8 (byte 0x" + llvm::utohexstr(*at) + " at offset " +
                  llvm::Twine(offset) + ")")
        .help("save it as UTF-8 without a byte order mark");
    return std::nullopt;
  }
  size_t nul = text.find('\0');
  if (nul != llvm::StringRef::npos) {
    auto offset = static_cast<uint32_t>(nul);
    emitter.emit(Code::E0001, {file, offset, offset + 1},
                 "this is not a text file: it has a NUL byte at offset " + llvm::Twine(offset));
    return std::nullopt;
  }
  if (!text.starts_with(ByteOrderMark))
    return 0;
  SourceRange mark{file, 0, static_cast<uint32_t>(ByteOrderMark.size())};
  emitter.emit(Code::E0002, mark, "this file starts with a byte order mark")
      .help("save it as UTF-8 without a byte order mark")
      .fix(mark, "", "remove it");
  return mark.end;
}

namespace {

/// Counts how deep the parser would recurse.
class NestingCounter {
public:
  /// The depth behind `token`.
  uint32_t follow(const Token& token) {
    Level& level = levels.back();
    // The last branch of a chain: what follows is beside it, not inside.
    if (before == PipeLexer::RBRACE && token.type != PipeLexer::ELSE && level.conditions == 0)
      level.chained = 0;
    switch (token.type) {
    case PipeLexer::IF:
      // `else if` is an `if` inside the one before; all of a chain are open until its end.
      if (before == PipeLexer::ELSE)
        ++level.chained;
      else if (level.conditions == 0)
        level.chained = 0;
      ++level.conditions;
      break;
    case PipeLexer::MATCH:
      ++level.conditions;
      break;
    case PipeLexer::LBRACE:
      if (before != PipeLexer::ELSE && level.conditions > 0)
        --level.conditions;
      levels.emplace_back();
      break;
    case PipeLexer::LPAREN:
    case PipeLexer::LBRACK:
    case PipeLexer::INTERP:
      levels.emplace_back();
      break;
    case PipeLexer::RPAREN:
    case PipeLexer::RBRACK:
    case PipeLexer::RBRACE:
      if (levels.size() > 1) {
        outer -= levels[levels.size() - 2].inside();
        levels.pop_back();
      }
      break;
    default:
      break;
    }
    if (levels.size() > 1 && opensBracket(token.type) && !opensString(token.type))
      outer += levels[levels.size() - 2].inside();
    followType(token.type);
    before = token.type;
    auto brackets = static_cast<uint32_t>(levels.size() - 1);
    return brackets + outer + levels.back().inside() + typeArguments;
  }

private:
  /// What is open between two brackets.
  struct Level {
    uint32_t conditions = 0; ///< `if` and `match` whose `{` has not come yet
    uint32_t chained = 0;    ///< the `else if`s of the current chain
    uint32_t inside() const { return conditions + chained; }
  };

  std::vector<Level> levels = {Level()};
  uint32_t outer = 0; ///< sum of all levels' `inside()` but the last
  uint32_t typeArguments = 0;
  bool inType = false;
  size_t before = antlr4::Token::EOF;

  /// `List<List<…`: a type follows `:` or `->`, and is made of names and few signs.
  void followType(size_t type) {
    if (type == PipeLexer::COLON || type == PipeLexer::ARROW) {
      inType = true;
      typeArguments = 0;
    } else if (inType && type == PipeLexer::LT) {
      ++typeArguments;
    } else if (inType && type == PipeLexer::GT) {
      typeArguments -= typeArguments > 0;
    } else if (!isName(type) && type != PipeLexer::DOT && type != PipeLexer::COMMA &&
               type != PipeLexer::AMP && type != PipeLexer::QUESTION) {
      inType = false;
      typeArguments = 0;
    }
  }
};

} // namespace

bool checkNesting(llvm::ArrayRef<Token> tokens, SourceFileId file, DiagnosticEmitter emitter) {
  NestingCounter counter;
  for (const Token& token : tokens) {
    if (counter.follow(token) <= MaxNesting)
      continue;
    emitter
        .emit(Code::E0011, {file, token.begin, token.end},
              "brackets are nested deeper than " + llvm::Twine(MaxNesting) +
                  " here; split the expression with `let`")
        .help("a chain of `else if` counts too; `match` has arms instead");
    return false;
  }
  return true;
}

} // namespace pipec::parse
