// Looking ahead for `"""` line by line.
#include "compiler/parse/block_strings.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::parse {

static constexpr llvm::StringLiteral Quotes = "\"\"\"";
static constexpr llvm::StringLiteral Blanks = " \t\r";

/// The text before `offset` on its line.
static llvm::StringRef lineBefore(llvm::StringRef text, size_t offset) {
  llvm::StringRef before = text.take_front(offset);
  return before.substr(before.rfind('\n') + 1);
}

static bool startsLine(llvm::StringRef text, size_t offset) {
  return lineBefore(text, offset).trim(Blanks).empty();
}

/// `sh"""` or `= """` at the end of a line, which is how a text begins.
static bool looksLikeOpening(llvm::StringRef text, size_t offset) {
  llvm::StringRef behind = text.drop_front(offset + Quotes.size());
  llvm::StringRef before = lineBefore(text, offset);
  bool endsLine = behind.take_until([](char c) { return c == '\n'; }).trim(Blanks).empty();
  if (before.consume_back("sh") && !before.empty() && llvm::isAlnum(before.back()))
    return false;
  before = before.rtrim(Blanks);
  return endsLine && (before.size() < lineBefore(text, offset).size() || before.ends_with("("));
}

/// The first line behind `from` that stands no deeper than the line `from` is on.
static uint32_t endByIndentation(llvm::StringRef text, size_t from) {
  auto indentOf = [](llvm::StringRef line) {
    return line.take_while([](char c) { return c == ' ' || c == '\t'; }).size();
  };
  size_t indent = indentOf(lineBefore(text, from));
  for (size_t at = text.find('\n', from); at != llvm::StringRef::npos; at = text.find('\n', at)) {
    ++at;
    llvm::StringRef line = text.drop_front(at).take_until([](char c) { return c == '\n'; });
    if (!line.trim(Blanks).empty() && indentOf(line) <= indent)
      return static_cast<uint32_t>(at);
  }
  return static_cast<uint32_t>(text.size());
}

BlockLayout layoutOfBlock(llvm::StringRef text, uint32_t contentBegin) {
  size_t first = text.find(Quotes, contentBegin);
  if (first == llvm::StringRef::npos)
    return {BlockFault::NoEnd, endByIndentation(text, contentBegin)};
  bool sameLine = !text.slice(contentBegin, first).contains('\n');
  if (sameLine || startsLine(text, first))
    return {};
  if (looksLikeOpening(text, first))
    return {BlockFault::NoEnd, endByIndentation(text, contentBegin)};
  size_t second = text.find(Quotes, first + Quotes.size());
  if (second != llvm::StringRef::npos && startsLine(text, second))
    return {BlockFault::StrayQuotes, static_cast<uint32_t>(first)};
  return {};
}

bool closesNoBlock(llvm::StringRef text, uint32_t offset) {
  if (!startsLine(text, offset))
    return false;
  size_t next = text.find(Quotes, offset + Quotes.size());
  return next == llvm::StringRef::npos || !startsLine(text, next);
}

} // namespace pipec::parse
