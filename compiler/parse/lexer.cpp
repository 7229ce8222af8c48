// Driving ANTLR's lexer, and keeping strings and holes closed.
#include "compiler/parse/lexer.h"

#include "compiler/parse/bad_character.h"
#include "compiler/parse/byte_stream.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::DiagnosticEmitter;
using diagnostics::SourceFileId;
using diagnostics::SourceRange;

namespace {

/// A string whose end has not been read yet.
struct OpenString {
  size_t type = 0; ///< of its opening token
  SourceRange opening;
  SourceRange hole; ///< the `${` that is open in it; invalid if none is

  bool isOneLine() const { return type == PipeLexer::STR_OPEN || type == PipeLexer::SH_OPEN; }
};

class FileLexer {
public:
  FileLexer(llvm::StringRef text, SourceFileId file, uint32_t start,
            diagnostics::DiagnosticConsumer& consumer)
      : text(text), file(file), emitter(consumer), start(start), input(text, start), lexer(&input) {
    lexer.removeErrorListeners();
    lineBegin = start;
  }

  LexedFile run() {
    for (;;) {
      std::unique_ptr<antlr4::Token> token = lexer.nextToken();
      if (token->getType() == antlr4::Token::EOF)
        break;
      auto begin = static_cast<uint32_t>(token->getStartIndex());
      take(token->getType(), begin, static_cast<uint32_t>(input.index()));
    }
    atEnd();
    return std::move(result);
  }

private:
  llvm::StringRef text;
  SourceFileId file;
  DiagnosticEmitter emitter;
  uint32_t start;
  ByteStream input;
  PipeLexer lexer;
  LexedFile result;
  std::vector<OpenString> strings;
  uint32_t lineBegin = 0;
  bool lineIsBlank = true;

  SourceRange range(uint32_t begin, uint32_t end) const { return {file, begin, end}; }

  void take(size_t type, uint32_t begin, uint32_t end) {
    switch (type) {
    case PipeLexer::WS:
      passLines(begin, end);
      return;
    case PipeLexer::DOC_COMMENT:
    case PipeLexer::LINE_COMMENT:
      comment(begin, end);
      return;
    case PipeLexer::SHEBANG:
      if (begin == start)
        comment(begin, end);
      else
        badCharacter(begin);
      return;
    case PipeLexer::BAD_CHAR:
      badCharacter(begin);
      return;
    case PipeLexer::STAR:
      if (blockComment(begin))
        return;
      break;
    case PipeLexer::MSTR_OPEN:
      if (closesBlockWithOpenHole(begin, end))
        return;
      break;
    default:
      break;
    }
    add(type, begin, end);
    followStrings(type, begin, end);
    passLines(begin, end);
  }

  void comment(uint32_t begin, uint32_t end) {
    result.comments.push_back({text.slice(begin, end).str(), range(begin, end)});
  }

  Token& add(size_t type, uint32_t begin, uint32_t end) {
    Token& token = result.tokens.emplace_back();
    token.type = type;
    token.begin = begin;
    token.end = end;
    token.column = begin - lineBegin;
    token.startsLine = lineIsBlank;
    lineIsBlank = false;
    return token;
  }

  void addVirtual(size_t type, uint32_t at) { add(type, at, at).isVirtual = true; }

  /// Counts the line ends in a token. One that stands in the hole of a one-line string shows that
  /// the hole was not closed.
  void passLines(uint32_t begin, uint32_t end) {
    llvm::StringRef passed = text.slice(begin, end);
    if (passed.find_first_of("\r\n") == llvm::StringRef::npos)
      return;
    if (lexer.mode == PipeLexer::DEFAULT_MODE) {
      auto outermost = llvm::find_if(strings, [](const OpenString& s) { return s.isOneLine(); });
      if (outermost != strings.end()) {
        reportOpenHole(*outermost);
        closeStrings(static_cast<size_t>(outermost - strings.begin()), begin, begin);
      }
    }
    size_t newline = passed.rfind('\n');
    if (newline == llvm::StringRef::npos)
      return;
    lineBegin = begin + static_cast<uint32_t>(newline) + 1;
    lineIsBlank = true;
  }

  void followStrings(size_t type, uint32_t begin, uint32_t end) {
    if (opensString(type)) {
      strings.push_back({type, range(begin, end), {}});
    } else if (type == PipeLexer::INTERP) {
      strings.back().hole = range(begin, end);
    } else if (type == PipeLexer::RBRACE) {
      if (!strings.empty() && lexer.mode != PipeLexer::DEFAULT_MODE)
        strings.back().hole = {};
    } else if (type == PipeLexer::STR_EOL) {
      OpenString ended = strings.back();
      strings.pop_back();
      // An outer string on the same line is reported instead, by passLines.
      if (llvm::none_of(strings, [](const OpenString& s) { return s.isOneLine(); }))
        reportOpenString(ended);
    } else if (type == PipeLexer::STR_CLOSE) {
      OpenString ended = strings.back();
      strings.pop_back();
      if (ended.type == PipeLexer::SH_OPEN && strings.empty())
        checkEarlyEnd(ended, begin, end);
    }
  }

  /// Ends all strings but the outermost `keep`; the closing token of the last has the given range.
  void closeStrings(size_t keep, uint32_t begin, uint32_t end) {
    while (strings.size() > keep) {
      bool inCode = lexer.mode == PipeLexer::DEFAULT_MODE;
      lexer.popMode();
      if (inCode) {
        addVirtual(PipeLexer::RBRACE, begin);
        continue;
      }
      strings.pop_back();
      if (strings.size() > keep || begin == end)
        addVirtual(PipeLexer::STR_EOL, begin);
      else
        add(PipeLexer::STR_CLOSE, begin, end);
    }
  }

  void reportOpenHole(const OpenString& string) {
    result.damage.add(string.hole.begin);
    emitter.emit(Code::E0102, string.hole, "this `${` is never closed")
        .label("opened here")
        .help("a literal `${` is written `$${`");
  }

  void reportOpenString(const OpenString& string) {
    result.damage.add(string.opening.begin);
    auto builder = emitter.emit(Code::E0003, string.opening, "this string is not closed");
    if (!string.isOneLine()) {
      builder.label("opened here; it ends at the next `\"\"\"`");
      return;
    }
    bool shell = string.type == PipeLexer::SH_OPEN;
    uint32_t end = lineEnd(text, string.opening.begin);
    builder
        .label(llvm::Twine("opened here; a `") + (shell ? "sh" : "") +
               "\"…\"` string ends on its line")
        .help(llvm::Twine("use `") + (shell ? "sh" : "") + "\"\"\"` for several lines")
        .fix(range(end, end), "\"", "add `\"`");
  }

  /// In code inside a block string, a `"""` at the start of a line is not a string in a hole: the
  /// hole was not closed, and this is the end of the block.
  bool closesBlockWithOpenHole(uint32_t begin, uint32_t end) {
    if (strings.empty() || strings.back().isOneLine() || !lineIsBlank)
      return false;
    lexer.popMode();
    reportOpenHole(strings.back());
    closeStrings(strings.size() - 1, begin, end);
    return true;
  }

  /// `sh"a "b" c"` ends before `b`: the rest of the line is taken for what was meant to be in it.
  void checkEarlyEnd(const OpenString& string, uint32_t begin, uint32_t end) {
    if (end >= text.size())
      return;
    char next = text[end];
    bool meant =
        llvm::isAlnum(next) || llvm::StringRef("_$/\\\"'-%@~.*=:;|&<>!#`+?").contains(next);
    uint32_t lineStop = lineEnd(text, end);
    size_t lastQuote = text.slice(end, lineStop).rfind('"');
    if (!meant || lastQuote == llvm::StringRef::npos)
      return;
    auto close = static_cast<uint32_t>(end + lastQuote);
    llvm::StringRef line = text.slice(lineBegin, begin);
    std::string indent =
        "\n" + line.take_while([](char c) { return c == ' ' || c == '\t'; }).str() + "  ";
    result.damage.add(string.opening.begin);
    diagnostics::Fix fix;
    fix.description = "use `sh\"\"\"…\"\"\"`";
    fix.edits.push_back({string.opening, "sh\"\"\"" + indent});
    fix.edits.push_back({range(close, close + 1), indent + "\"\"\""});
    emitter.emit(Code::E0009, range(begin, end), "this `sh\"…\"` ended earlier than you meant")
        .label("the string ended at this quote")
        .also(range(string.opening.begin, begin), "")
        .help("use `sh\"\"\"…\"\"\"` when the script needs double quotes")
        .fix(std::move(fix));
    input.seek(lineStop);
  }

  void badCharacter(uint32_t offset) {
    uint32_t nameBegin = offset;
    bool extendsName = !result.tokens.empty() && result.tokens.back().end == offset &&
                       result.tokens.back().is(PipeLexer::IDENT);
    if (extendsName)
      nameBegin = result.tokens.back().begin;
    result.damage.add(nameBegin);
    AfterBadCharacter after = reportBadCharacter(text, file, offset, nameBegin, emitter);
    input.seek(after.resume);
    if (!after.tokenType)
      return;
    if (after.begin < offset) {
      result.tokens.back().end = after.resume;
      result.tokens.back().isVirtual = true;
    } else {
      add(*after.tokenType, after.begin, after.resume).isVirtual =
          after.tokenType == PipeLexer::IDENT;
    }
  }

  bool blockComment(uint32_t offset) {
    if (result.tokens.empty() || !result.tokens.back().is(PipeLexer::SLASH) ||
        result.tokens.back().end != offset)
      return false;
    uint32_t begin = result.tokens.back().begin;
    lineIsBlank = result.tokens.back().startsLine;
    result.tokens.pop_back();
    result.damage.add(begin);
    uint32_t end = reportBlockComment(text, file, begin, emitter);
    input.seek(end);
    passLines(offset, end);
    return true;
  }

  void atEnd() {
    auto end = static_cast<uint32_t>(text.size());
    if (!strings.empty()) {
      const OpenString& outermost = strings.front();
      if (outermost.hole.valid())
        reportOpenHole(outermost);
      else
        reportOpenString(outermost);
      closeStrings(0, end, end);
    }
    add(antlr4::Token::EOF, end, end);
  }
};

} // namespace

LexedFile lexFile(const diagnostics::SourceFile& source, SourceFileId file, uint32_t start,
                  diagnostics::DiagnosticConsumer& consumer) {
  return FileLexer(source.text(), file, start, consumer).run();
}

} // namespace pipec::parse
