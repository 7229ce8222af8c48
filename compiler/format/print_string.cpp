// Strings: their text as written, the code in them formatted, and blocks indented anew.
#include "compiler/format/printer.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>

namespace pipec::format {

using ast::StringForm;

namespace {

struct Quotes {
  StringForm form = StringForm::Line;
  llvm::StringLiteral open;
  llvm::StringLiteral close;
};

/// Longer ones first.
constexpr Quotes AllQuotes[] = {{StringForm::ShellBlock, "sh\"\"\"", "\"\"\""},
                                {StringForm::ShellLine, "sh\"", "\""},
                                {StringForm::Block, "\"\"\"", "\"\"\""},
                                {StringForm::Line, "\"", "\""}};

/// Where the closing quotes begin; from `from` on there are no holes.
size_t findClosing(llvm::StringRef text, size_t from, const Quotes& quotes) {
  bool escapes = quotes.form == StringForm::Line || quotes.form == StringForm::Block;
  while (!text.substr(from).starts_with(quotes.close)) {
    assert(from < text.size());
    from += escapes && text[from] == '\\' ? 2 : 1;
  }
  return from;
}

bool isBlank(llvm::StringRef line) {
  return line.find_first_not_of(" \t\r") == llvm::StringRef::npos;
}

/// Gathers the lines of a literal: what is written, and which lines are to be indented.
class LiteralLines {
public:
  std::vector<LiteralLine> lines = {{"", true}};

  void append(llvm::StringRef text) { lines.back().text += text; }
  void newLine(bool verbatim) { lines.push_back({"", verbatim}); }
  /// Text that may contain line ends, with its lines as they are. `\r\n` becomes `\n`, unless the
  /// `\r` before would then belong to the line end.
  void appendVerbatim(llvm::StringRef text) {
    while (true) {
      auto [line, rest] = text.split('\n');
      bool ends = line.size() < text.size();
      if (ends && line.ends_with("\r") && !line.ends_with("\r\r"))
        line = line.drop_back();
      append(line);
      if (!ends)
        return;
      newLine(/*verbatim=*/true);
      text = rest;
    }
  }
};

/// The text of a block without its holes, line by line. Every line loses the indentation of the
/// closing quotes; compare compiler/parse/string_reader.cpp.
class BlockText {
public:
  BlockText(LiteralLines& into, llvm::StringRef indent) : into(into), indent(indent) {}

  /// `text` begins behind a line end if `atLineStart`, else behind a hole.
  void append(llvm::StringRef text) {
    while (true) {
      auto [line, rest] = text.split('\n');
      bool ends = line.size() < text.size();
      if (ends && line.ends_with("\r") && !line.ends_with("\r\r"))
        line = line.drop_back();
      if (atLineStart && !line.consume_front(indent) && isBlank(line))
        line = {};
      into.append(line);
      atLineStart = ends;
      if (!ends)
        return;
      into.newLine(/*verbatim=*/false);
      text = rest;
    }
  }
  void appendHole(llvm::StringRef hole) {
    atLineStart = false;
    into.appendVerbatim(hole);
  }

private:
  LiteralLines& into;
  llvm::StringRef indent;
  bool atLineStart = true;
};

} // namespace

/// With `${` and `}`. Code that has comments or lines that count stays as it is.
std::string Printer::hole(const ast::StringPart& part) const {
  llvm::StringRef written = text.slice(part.range.begin, part.range.end);
  auto comment = llvm::partition_point(module.comments, [&](const ast::Comment& each) {
    return each.range.begin < part.range.begin;
  });
  bool commented = comment != module.comments.end() && comment->range.begin < part.range.end;
  if (commented || written.contains("\"\"\""))
    return written.str();
  return "${" + onOneLine(source, module, cursor.movedTo(part.range.begin + 2), part.hole) + "}";
}

void Printer::string(const ast::StringLiteral& node) {
  gap();
  uint32_t begin = cursor.next();
  const Quotes& quotes = *llvm::find_if(
      AllQuotes, [&](const Quotes& each) { return text.substr(begin).starts_with(each.open); });
  uint32_t contentBegin = begin + static_cast<uint32_t>(quotes.open.size());
  uint32_t lastText = contentBegin;
  for (const ast::StringPart& part : node.parts)
    if (part.hole)
      lastText = part.range.end;
  auto contentEnd = static_cast<uint32_t>(findClosing(text, lastText, quotes));
  bool isBlock = quotes.form == StringForm::Block || quotes.form == StringForm::ShellBlock;

  LiteralLines result;
  result.append(quotes.open);
  llvm::StringRef indent;
  if (isBlock) {
    // Both quotes stand on lines of their own.
    llvm::StringRef content = text.slice(contentBegin, contentEnd);
    indent = content.drop_front(content.rfind('\n') + 1);
    contentBegin += static_cast<uint32_t>(content.find('\n')) + 1;
    result.newLine(/*verbatim=*/false);
  }
  BlockText block(result, indent);
  auto appendText = [&](uint32_t from, uint32_t to) {
    llvm::StringRef piece = text.slice(from, to);
    isBlock ? block.append(piece) : result.append(piece);
  };
  uint32_t at = contentBegin;
  for (const ast::StringPart& part : node.parts) {
    if (!part.hole)
      continue;
    appendText(at, part.range.begin);
    std::string code = hole(part);
    isBlock ? block.appendHole(code) : result.appendVerbatim(code);
    at = part.range.end;
  }
  appendText(at, contentEnd);
  result.append(quotes.close);
  if (result.lines.size() == 1)
    doc.text(result.lines.front().text);
  else
    doc.literal(std::move(result.lines));
  behindShellLine = quotes.form == StringForm::ShellLine;
  cursor.takeTo(contentEnd + static_cast<uint32_t>(quotes.close.size()));
}

} // namespace pipec::format
