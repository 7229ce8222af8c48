// Driving ANTLR's lexer, and keeping strings and holes closed.
#include "compiler/parse/lexer.h"

#include "compiler/diagnostics/joined_messages.h"
#include "compiler/parse/bad_character.h"
#include "compiler/parse/block_strings.h"
#include "compiler/parse/byte_stream.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::DiagnosticEmitter;
using diagnostics::SourceFileId;
using diagnostics::SourceRange;

namespace {

/// Keeps messages back until it is clear that the text was read the right way.
class HeldMessages final : public diagnostics::DiagnosticConsumer {
public:
  void handle(diagnostics::Diagnostic message) override { held.push_back(std::move(message)); }
  std::vector<diagnostics::Diagnostic> held;
};

/// A state of the lexer to which it can go back.
struct Mark {
  size_t tokens = 0;
  size_t comments = 0;
  size_t messages = 0;
  size_t modes = 0;
  uint32_t lineBegin = 0;
};

/// A string whose end has not been read yet.
struct OpenString {
  size_t type = 0; ///< of its opening token
  SourceRange opening;
  SourceRange hole;   ///< the `${` that is open in it; invalid if none is
  Mark behindHole;    ///< behind that `${`
  BlockLayout layout; ///< of a block

  bool isOneLine() const { return type == PipeLexer::STR_OPEN || type == PipeLexer::SH_OPEN; }
};

class FileLexer {
public:
  /// `byLayout`: what `"""` opens and ends is told by the layout of the lines, too.
  FileLexer(llvm::StringRef text, SourceFileId file, uint32_t start, bool byLayout)
      : text(text), file(file), byLayout(byLayout), emitter(messages), start(start),
        input(text, start), lexer(&input) {
    lexer.removeErrorListeners();
    lineBegin = start;
  }

  LexedFile run() {
    for (;;) {
      std::unique_ptr<antlr4::Token> token = lexer.nextToken();
      if (token->getType() == antlr4::Token::EOF) {
        if (!strings.empty() && strings.front().hole.valid() && readHoleAgain(0))
          continue;
        break;
      }
      auto begin = static_cast<uint32_t>(token->getStartIndex());
      take(token->getType(), begin, static_cast<uint32_t>(input.index()));
    }
    atEnd();
    return std::move(result);
  }

  std::vector<diagnostics::Diagnostic>& said() { return messages.held; }
  bool endedInBlock() const { return blockIsOpen; }

private:
  llvm::StringRef text;
  SourceFileId file;
  bool byLayout;
  bool blockIsOpen = false; ///< at the end of the file
  HeldMessages messages;
  DiagnosticEmitter emitter;
  uint32_t start;
  ByteStream input;
  PipeLexer lexer;
  LexedFile result;
  std::vector<OpenString> strings;
  uint32_t lineBegin = 0;
  bool lineIsBlank = true;
  unsigned readingsLeft = 32; ///< each costs time in proportion to the file

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
      if (closesBlockWithOpenHole(begin, end) || isStrayClose(begin, end))
        return;
      break;
    default:
      break;
    }
    if (followsBlock(type, begin, end))
      return;
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
        auto index = static_cast<size_t>(outermost - strings.begin());
        if (readHoleAgain(index))
          return;
        reportOpenHole(*outermost);
        closeStrings(index, begin, begin);
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
      OpenString& string = strings.emplace_back();
      string.type = type;
      string.opening = range(begin, end);
      if (byLayout && !string.isOneLine())
        string.layout = layoutOfBlock(text, end);
    } else if (type == PipeLexer::INTERP) {
      strings.back().hole = range(begin, end);
      strings.back().behindHole = {result.tokens.size(), result.comments.size(),
                                   messages.held.size(), lexer.modeStack.size(), lineBegin};
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
      else if (ended.type == PipeLexer::STR_OPEN && strings.empty())
        checkWordBehind(ended, begin, end);
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

  /// The hole of `strings[index]` was not closed, and what has been read as code since is text:
  /// goes back to it, reports it and reads it as a hole with a name in it.
  bool readHoleAgain(size_t index) {
    // Strings that are nested deeper are no slip of one hand.
    constexpr size_t DeepestNesting = 8;
    if (readingsLeft == 0 || strings.size() > DeepestNesting || !strings[index].hole.valid())
      return false;
    --readingsLeft;
    strings.resize(index + 1);
    OpenString& string = strings.back();
    const Mark& mark = string.behindHole;
    result.tokens.resize(mark.tokens);
    result.comments.resize(mark.comments);
    messages.held.resize(std::min(mark.messages, messages.held.size()));
    result.damage.forgetFrom(string.hole.end);
    while (lexer.modeStack.size() >= mark.modes)
      lexer.popMode();
    lexer.hitEOF = false;
    lineBegin = mark.lineBegin;
    lineIsBlank = false;
    reportOpenHole(string);
    uint32_t nameEnd = endOfName(text, string.hole.end);
    add(PipeLexer::IDENT, string.hole.end, nameEnd).isVirtual = true;
    addVirtual(PipeLexer::RBRACE, nameEnd);
    string.hole = {};
    input.seek(nameEnd);
    return true;
  }

  void reportOpenHole(const OpenString& string) {
    result.damage.add(string.hole.begin);
    uint32_t end = endOfName(text, string.hole.end);
    emitter.emit(Code::E0102, string.hole, "this `${` is never closed")
        .label("opened here")
        .help("a literal `${` is written `$${`")
        .suggest(range(end, end), "}", "close it: `" + text.slice(string.hole.begin, end) + "}`");
  }

  void reportOpenString(const OpenString& string) {
    result.damage.add(string.opening.begin);
    if (!string.isOneLine()) {
      emitter.emit(Code::E0003, string.opening, "this string is not closed")
          .label("opened here; it ends at the next `\"\"\"` at the start of a line");
      return;
    }
    uint32_t lineStart = lineStartOf(string.opening.begin);
    size_t before = messages.held.size();
    llvm::erase_if(messages.held, [&](const diagnostics::Diagnostic& message) {
      return message.primary.range.begin >= lineStart;
    });
    bool earlier =
        messages.held.size() != before || text.slice(lineStart, string.opening.begin).contains('"');
    markUnreadable(lineStart, string.opening.end);
    auto builder = emitter.emit(Code::E0003, string.opening, "this string is not closed");
    bool shell = string.type == PipeLexer::SH_OPEN;
    uint32_t end = lineEnd(text, string.opening.begin);
    builder
        .label(llvm::Twine("opened here; a `") + (shell ? "sh" : "") +
               "\"…\"` string ends on its line")
        .help(earlier ? llvm::Twine("a quote is missing here, or there is one too many before it")
                      : llvm::Twine("use `") + (shell ? "sh" : "") + "\"\"\"` for several lines");
    if (earlier)
      builder.suggest(range(end, end), "\"", "add `\"`");
    else
      builder.fix(range(end, end), "\"", "add `\"`");
  }

  uint32_t lineStartOf(uint32_t offset) const {
    return static_cast<uint32_t>(text.take_front(offset).rfind('\n') + 1);
  }

  /// The line with an open quote; where a bracket went astray in it, all of its declaration.
  void markUnreadable(uint32_t lineStart, uint32_t contentBegin) {
    uint32_t end = lineEnd(text, contentBegin);
    auto count = [&](char c) { return text.slice(contentBegin, end).count(c); };
    if (count('{') != count('}'))
      while (end < text.size() &&
             !(text[end] == '\n' && end + 1 < text.size() && llvm::isAlpha(text[end + 1])))
        ++end;
    result.damage.addUnreadable(lineStart, end);
  }

  /// A token in a block: its end, by the quotes or by the layout. True if it has been dealt with.
  bool followsBlock(size_t type, uint32_t begin, uint32_t end) {
    if (strings.empty() || strings.back().isOneLine() || lexer.mode == PipeLexer::DEFAULT_MODE)
      return type == PipeLexer::STR_CLOSE && keepsStrayQuotes(begin, end);
    return endsByLayout(type, begin, end);
  }

  /// `"""` in the middle of the text of a block, which goes on behind it.
  bool keepsStrayQuotes(uint32_t begin, uint32_t end) {
    if (strings.empty() || strings.back().layout.fault != BlockFault::StrayQuotes ||
        strings.back().layout.offset != begin)
      return false;
    bool shell = strings.back().type == PipeLexer::MSH_OPEN;
    lexer.pushMode(shell ? PipeLexer::MSH : PipeLexer::MSTR);
    result.damage.add(begin);
    emitter
        .emit(Code::E0101, range(begin, end), "expected the closing `\"\"\"` on a line of its own")
        .label("the text goes on behind it");
    add(PipeLexer::STR_TEXT, begin, end);
    return true;
  }

  bool endsByLayout(size_t type, uint32_t begin, uint32_t end) {
    const OpenString& string = strings.back();
    if (string.layout.fault != BlockFault::NoEnd || end <= string.layout.offset)
      return false;
    // A hole may reach beyond the lines of the text.
    bool isBehind = !result.tokens.empty() && result.tokens.back().end > string.layout.offset;
    uint32_t stop = isBehind ? begin : string.layout.offset;
    if (opensString(type))
      lexer.popMode(); // it is read again, in what is then around it
    else if (begin < stop)
      add(type, begin, stop);
    reportOpenString(string);
    closeStrings(strings.size() - 1, stop, stop);
    input.seek(stop);
    lexer.hitEOF = false;
    lineBegin = stop;
    lineIsBlank = true;
    return true;
  }

  /// `"""` at the start of a line, where no text is open: the opening one is missing.
  bool isStrayClose(uint32_t begin, uint32_t end) {
    if (!byLayout || !strings.empty() || !closesNoBlock(text, begin))
      return false;
    lexer.popMode();
    uint32_t from = lineStartOf(begin);
    while (from > 0 && !llvm::isAlpha(text[from]))
      from = lineStartOf(from - 1);
    llvm::erase_if(messages.held, [&](const diagnostics::Diagnostic& message) {
      return message.primary.range.begin >= from;
    });
    result.damage.addUnreadable(from, end);
    emitter.emit(Code::E0003, range(begin, end), "this `\"\"\"` closes no string")
        .label("the `\"\"\"` that opens it is missing");
    return true;
  }

  /// In code inside a block string, a `"""` at the start of a line is not a string in a hole: the
  /// hole was not closed, and this is the end of the block.
  bool closesBlockWithOpenHole(uint32_t begin, uint32_t end) {
    if (strings.empty() || strings.back().isOneLine() || !lineIsBlank)
      return false;
    lexer.popMode();
    if (readHoleAgain(strings.size() - 1))
      return true;
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

  /// `"a"b`: the quotes of the line do not pair up, so what is text on it is not known.
  void checkWordBehind(const OpenString& string, uint32_t begin, uint32_t end) {
    llvm::StringRef word =
        text.drop_front(end).take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (word.empty())
      return;
    uint32_t lineStart = lineStartOf(string.opening.begin);
    bool isNews = llvm::none_of(messages.held, [&](const diagnostics::Diagnostic& message) {
      return message.primary.range.begin >= lineStart;
    });
    markUnreadable(lineStart, end);
    input.seek(lineEnd(text, end));
    if (!isNews)
      return;
    emitter
        .emit(Code::E0101, range(begin, end),
              "expected something between the text that ends here and `" + word + "`")
        .label("a quote is missing on this line, or there is one too many");
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
    // `**/*.c` is a pattern whose quotes are missing.
    if (text.take_front(offset).ends_with("*/"))
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
      blockIsOpen = !outermost.isOneLine();
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
  FileLexer plain(source.text(), file, start, /*byLayout=*/false);
  LexedFile lexed = plain.run();
  std::vector<diagnostics::Diagnostic> messages = std::move(plain.said());
  // Layout decides nothing in a text without mistakes.
  if (!messages.empty()) {
    FileLexer guided(source.text(), file, start, /*byLayout=*/true);
    LexedFile other = guided.run();
    if (plain.endedInBlock() || guided.said().size() < messages.size()) {
      lexed = std::move(other);
      messages = std::move(guided.said());
    }
  }
  keepOneBadCharacter(messages, source);
  diagnostics::JoinedMessages joined;
  for (diagnostics::Diagnostic& message : messages)
    joined.handle(std::move(message));
  joined.release(consumer);
  return lexed;
}

} // namespace pipec::parse
