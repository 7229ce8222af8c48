// Escapes, and the indentation of block strings.
#include "compiler/parse/string_reader.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

#include <algorithm>

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::DiagnosticEmitter;
using diagnostics::SourceFileId;
using diagnostics::SourceRange;
using pipedsl::PipeParser;

static bool isBlank(llvm::StringRef text) {
  return text.find_first_not_of(" \t\r") == llvm::StringRef::npos;
}

namespace {

class StringReader {
public:
  StringReader(PipeParser::StringContext& context, llvm::StringRef text, SourceFileId file,
               DiagnosticEmitter emitter, HoleBuilder buildHole)
      : context(context), text(text), file(file), emitter(emitter), buildHole(buildHole) {
    opening = static_cast<const Token*>(context.start);
    contentBegin = opening->end;
    const auto* last = static_cast<const Token*>(context.stop);
    closing = last && last != opening ? last : opening;
    contentEnd = std::max(contentBegin, closing->begin);
  }

  ast::StringLiteral read() {
    literal.form = formOf(opening->type);
    bool block =
        literal.form == ast::StringForm::Block || literal.form == ast::StringForm::ShellBlock;
    // A block that has no end has been reported; its layout is no news.
    if (block && closing->is(PipeLexer::STR_CLOSE))
      measureBlock();
    for (PipeParser::StrPartContext* part : context.strPart())
      readPart(*part);
    reportBadEscapes();
    return std::move(literal);
  }

private:
  PipeParser::StringContext& context;
  llvm::StringRef text;
  SourceFileId file;
  DiagnosticEmitter emitter;
  HoleBuilder buildHole;
  const Token* opening = nullptr;
  const Token* closing = nullptr;
  ast::StringLiteral literal;
  /// The text between the quotes; of a block without its first and last line ends.
  uint32_t contentBegin = 0;
  uint32_t contentEnd = 0;
  /// Of the closing quotes: what every line of a block loses.
  llvm::StringRef indent;
  bool isBlock = false;
  bool atLineStart = false;
  bool reportedIndent = false;
  std::vector<SourceRange> badEscapes;

  static ast::StringForm formOf(size_t type) {
    switch (type) {
    case PipeLexer::MSTR_OPEN:
      return ast::StringForm::Block;
    case PipeLexer::SH_OPEN:
      return ast::StringForm::ShellLine;
    case PipeLexer::MSH_OPEN:
      return ast::StringForm::ShellBlock;
    default:
      return ast::StringForm::Line;
    }
  }

  SourceRange range(uint32_t begin, uint32_t end) const { return {file, begin, end}; }

  /// Finds the indentation, and checks that the quotes of a block stand on lines of their own.
  void measureBlock() {
    llvm::StringRef content = text.slice(contentBegin, contentEnd);
    size_t firstEnd = content.find('\n');
    size_t lastEnd = content.rfind('\n');
    bool opensAlone = firstEnd != llvm::StringRef::npos && isBlank(content.take_front(firstEnd));
    bool closesAlone = lastEnd != llvm::StringRef::npos && isBlank(content.drop_front(lastEnd + 1));
    if (!opensAlone || !closesAlone) {
      reportLayout(content, opensAlone, closesAlone);
      return;
    }
    isBlock = atLineStart = true;
    indent = content.drop_front(lastEnd + 1);
    if (lastEnd > 0 && lastEnd > firstEnd && content[lastEnd - 1] == '\r')
      --lastEnd;
    contentEnd = contentBegin + static_cast<uint32_t>(lastEnd);
    contentBegin += static_cast<uint32_t>(firstEnd) + 1;
    // One line end serves as the first and the last: the text is empty.
    contentEnd = std::max(contentBegin, contentEnd);
  }

  void reportLayout(llvm::StringRef content, bool opensAlone, bool closesAlone) {
    llvm::StringRef before = text.take_front(opening->begin);
    llvm::StringRef line = before.substr(before.rfind('\n') + 1);
    std::string newLine =
        "\n" + line.take_while([](char c) { return c == ' ' || c == '\t'; }).str() + "  ";
    diagnostics::Fix fix;
    fix.description = "break the line there";
    uint32_t contentStart = contentEnd - static_cast<uint32_t>(content.size());
    if (!opensAlone)
      fix.edits.push_back({range(contentStart, contentStart), newLine});
    if (!closesAlone)
      fix.edits.push_back({range(closing->begin, closing->begin), newLine});
    const Token& place = opensAlone ? *closing : *opening;
    auto builder =
        emitter.emit(Code::E0101, range(place.begin, place.end),
                     opensAlone ? "expected the closing `\"\"\"` on a line of its own"
                                : "expected the text of a `\"\"\"` string to begin on a new line");
    // With lines in between, only the user knows how they are to be indented.
    if (!content.contains('\n'))
      builder.fix(std::move(fix));
  }

  void readPart(PipeParser::StrPartContext& part) {
    if (!part.start)
      return;
    const auto& first = *static_cast<const Token*>(part.start);
    switch (first.type) {
    case PipeLexer::STR_TEXT:
      isBlock ? addLines(first.begin, first.end)
              : addText(text.slice(first.begin, first.end), range(first.begin, first.end));
      return;
    case PipeLexer::STR_ESC:
      beginOnLine(first.begin);
      addText(escape(first), range(first.begin, first.end));
      return;
    case PipeLexer::STR_BAD_ESC:
      beginOnLine(first.begin);
      badEscapes.push_back(badEscapeAt(first));
      return;
    case PipeLexer::INTERP:
      beginOnLine(first.begin);
      addHole(part, first);
      return;
    default:
      return;
    }
  }

  void addText(llvm::StringRef piece, SourceRange where) {
    if (piece.empty())
      return;
    if (!literal.parts.empty() && !literal.parts.back().hole) {
      literal.parts.back().text += piece;
      literal.parts.back().range.end = where.end;
      return;
    }
    literal.parts.push_back({piece.str(), {}, where});
  }

  void addHole(PipeParser::StrPartContext& part, const Token& first) {
    const auto* last = static_cast<const Token*>(part.stop);
    uint32_t end = std::max(first.end, last ? last->end : first.end);
    literal.parts.push_back({{}, buildHole(part.expr()), range(first.begin, end)});
  }

  /// Something other than text stands at `offset`.
  void beginOnLine(uint32_t offset) {
    if (atLineStart && !indent.empty())
      reportIndent(offset, "");
    atLineStart = false;
  }

  void reportIndent(uint32_t lineBegin, llvm::StringRef has) {
    if (reportedIndent)
      return;
    reportedIndent = true;
    auto place = lineBegin + static_cast<uint32_t>(has.size());
    bool onlySpaces = !indent.contains('\t') && !has.contains('\t');
    std::string count = std::to_string(indent.size());
    emitter
        .emit(Code::E0005, range(place, place + 1),
              "this line is indented less than the closing `\"\"\"`")
        .label(onlySpaces ? "expected at least " + count +
                                " spaces, because the closing quotes have " + count
                          : "expected the same tabs and spaces as before the closing quotes")
        .fix(range(lineBegin, place), indent, "indent it like the closing quotes");
  }

  /// Text of a block, line by line.
  void addLines(uint32_t begin, uint32_t end) {
    begin = std::clamp(begin, contentBegin, std::max(contentBegin, contentEnd));
    end = std::min(end, contentEnd);
    while (begin < end) {
      llvm::StringRef rest = text.slice(begin, end);
      size_t newline = rest.find('\n');
      bool ends = newline != llvm::StringRef::npos;
      llvm::StringRef line = ends ? rest.take_front(newline) : rest;
      auto next = begin + static_cast<uint32_t>(line.size() + ends);
      // The content ends before its last line end, so a line at its end is whole, too.
      bool whole = ends || next == contentEnd;
      if (atLineStart)
        line = withoutIndent(line, begin, whole);
      if (ends)
        line.consume_back("\r");
      addText(line.str() + (ends ? "\n" : ""), range(begin, next));
      atLineStart = ends;
      begin = next;
    }
  }

  llvm::StringRef withoutIndent(llvm::StringRef line, uint32_t begin, bool whole) {
    if (line.starts_with(indent))
      return line.drop_front(indent.size());
    if (whole && isBlank(line))
      return {};
    llvm::StringRef has = line.take_while([](char c) { return c == ' ' || c == '\t'; });
    reportIndent(begin, has);
    return line.drop_front(has.size());
  }

  std::string escape(const Token& token) {
    llvm::StringRef written = text.slice(token.begin, token.end);
    if (written == "$${")
      return "${";
    switch (written[1]) {
    case 'n':
      return "\n";
    case 'r':
      return "\r";
    case 't':
      return "\t";
    case 'u':
      return codePoint(written, token);
    default:
      return written.drop_front(1).str();
    }
  }

  std::string codePoint(llvm::StringRef written, const Token& token) {
    uint32_t value = 0;
    bool surrogate = false;
    bool tooLarge = written.slice(3, written.size() - 1).getAsInteger(16, value);
    surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (tooLarge || value > 0x10FFFF || surrogate || value == 0) {
      emitter
          .emit(Code::E0004, range(token.begin, token.end), "`" + written + "` is not a character")
          .label(value == 0 && !tooLarge ? "text cannot hold a NUL character"
                                         : "the last is `\\u{10FFFF}`, and D800 to DFFF are none");
      return {};
    }
    char buffer[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
    char* end = buffer;
    llvm::ConvertCodePointToUTF8(value, end);
    return std::string(buffer, end);
  }

  /// With the whole of the character behind the backslash.
  SourceRange badEscapeAt(const Token& token) const {
    uint32_t end = token.end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
      ++end;
    return range(token.begin, end);
  }

  /// Many in one string are one mistake: it was meant for a shell, or for another language.
  void reportBadEscapes() {
    if (badEscapes.empty())
      return;
    constexpr size_t Shown = 3;
    auto written = [&](SourceRange place) { return text.slice(place.begin, place.end); };
    SourceRange first = badEscapes.front();
    auto builder = emitter.emit(Code::E0004, first, "unknown escape `" + written(first) + "`");
    builder.label("known: \\n \\r \\t \\\" \\\\ \\u{…}");
    for (SourceRange place : llvm::ArrayRef(badEscapes).slice(1).take_front(Shown - 1))
      builder.also(place, "and `" + written(place) + "`");
    if (badEscapes.size() > Shown)
      builder.note("and in " + std::to_string(badEscapes.size() - Shown) + " more places");
    diagnostics::Fix fix;
    fix.description =
        badEscapes.size() == 1 ? "`\\" + written(first).str() + "`" : "double the backslashes";
    for (SourceRange place : badEscapes)
      if (written(place).size() > 1)
        fix.edits.push_back({range(place.begin, place.begin), "\\"});
    if (!fix.edits.empty())
      builder.fix(std::move(fix));
  }
};

} // namespace

ast::StringLiteral readString(PipeParser::StringContext& context, llvm::StringRef text,
                              SourceFileId file, DiagnosticEmitter emitter, HoleBuilder buildHole) {
  return StringReader(context, text, file, emitter, buildHole).read();
}

} // namespace pipec::parse
