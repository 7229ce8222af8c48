// Measuring and cutting UTF-8 for a terminal.
#include "runtime/report/text.h"

#include "compiler/base/size_text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>
#include <vector>

namespace pipec::report {

std::string secondsText(int64_t milliseconds) {
  int64_t tenths = (milliseconds + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string ageText(int64_t milliseconds) {
  int64_t seconds = std::max<int64_t>(0, milliseconds) / 1000;
  if (seconds < 60)
    return std::to_string(seconds) + " s";
  if (seconds < 60 * 60)
    return std::to_string(seconds / 60) + " min";
  if (seconds < 24 * 60 * 60)
    return std::to_string(seconds / (60 * 60)) + " h";
  int64_t days = seconds / (24 * 60 * 60);
  return std::to_string(days) + (days == 1 ? " day" : " days");
}

std::string usageText(const exec::NodeResult& result) {
  return secondsText(result.durationMs) + ", CPU " + secondsText(result.cpuMs) + ", memory " +
         base::sizeText(result.peakMemory);
}

namespace {

/// One code point, or one byte that begins none.
struct Character {
  llvm::StringRef bytes;
  int width = 0; ///< columns; negative: it does not print
};

Character firstCharacter(llvm::StringRef text) {
  unsigned size = llvm::getNumBytesForUTF8(static_cast<llvm::UTF8>(text.front()));
  const auto* begin = text.bytes_begin();
  if (size > text.size() || !llvm::isLegalUTF8Sequence(begin, begin + size))
    return {text.take_front(1), -1};
  llvm::StringRef bytes = text.take_front(size);
  return {bytes, llvm::sys::unicode::columnWidthUTF8(bytes)};
}

} // namespace

std::string shellWord(llvm::StringRef label) {
  auto isPlain = [](char c) { return llvm::isAlnum(c) || llvm::StringRef("._/-").contains(c); };
  if (llvm::all_of(label, isPlain))
    return label.str();
  std::string word = "'";
  for (char c : label)
    word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

unsigned columnWidth(llvm::StringRef text) {
  unsigned columns = 0;
  while (!text.empty()) {
    Character character = firstCharacter(text);
    columns += static_cast<unsigned>(std::max(0, character.width));
    text = text.drop_front(character.bytes.size());
  }
  return columns;
}

std::string fitToColumns(llvm::StringRef text, unsigned columns) {
  if (columnWidth(text) <= columns)
    return text.str();
  if (columns == 0)
    return {};
  std::vector<Character> characters;
  for (llvm::StringRef rest = text; !rest.empty();
       rest = rest.substr(characters.back().bytes.size()))
    characters.push_back(firstCharacter(rest));
  // The end of a label says more than its middle, so both ends stay.
  unsigned headColumns = columns / 2, tailColumns = columns - 1 - headColumns;
  std::string head, tail;
  for (unsigned used = 0; const Character& character : characters) {
    used += static_cast<unsigned>(std::max(0, character.width));
    if (used > headColumns)
      break;
    head += character.bytes;
  }
  for (unsigned used = 0; const Character& character : llvm::reverse(characters)) {
    used += static_cast<unsigned>(std::max(0, character.width));
    if (used > tailColumns)
      break;
    tail.insert(0, character.bytes.str());
  }
  return head + "…" + tail;
}

llvm::StringRef tailOf(llvm::StringRef text, unsigned lines, size_t bytes) {
  llvm::StringRef body = text.ends_with("\n") ? text.drop_back() : text;
  size_t begin = 0;
  for (unsigned i = 0; i < lines; ++i) {
    size_t newline = body.rfind('\n');
    if (newline == llvm::StringRef::npos) {
      begin = 0;
      break;
    }
    begin = newline + 1;
    body = body.take_front(newline);
  }
  if (text.size() - begin <= bytes)
    return text.substr(begin);
  begin = text.size() - bytes;
  size_t newline = text.find('\n', begin);
  if (newline != llvm::StringRef::npos && newline + 1 < text.size())
    begin = newline + 1;
  return text.substr(begin);
}

} // namespace pipec::report
