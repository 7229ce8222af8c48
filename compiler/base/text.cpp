// Validity and escaping of text.
#include "compiler/base/text.h"

#include "compiler/base/character.h"

#include "llvm/Support/JSON.h"

namespace pipec::base {

bool isUtf8(llvm::StringRef bytes) {
  return llvm::json::isUTF8(bytes);
}

std::string printable(llvm::StringRef bytes) {
  std::string text;
  while (!bytes.empty()) {
    Character character = firstCharacter(bytes);
    if (character.codePoint && !isHidden(*character.codePoint))
      text += character.bytes;
    else if (character.codePoint == '\n')
      text += "\\n";
    else if (character.codePoint == '\t')
      text += "\\t";
    else
      appendEscaped(text, character);
    bytes = bytes.drop_front(character.bytes.size());
  }
  return text;
}

std::string printableLines(llvm::StringRef text) {
  std::string shown;
  bool isFirst = true;
  do {
    auto [line, rest] = text.split('\n');
    if (!isFirst)
      shown += line.starts_with("  ") ? "\n" : "\n  ";
    shown += printable(line);
    isFirst = false;
    text = rest;
  } while (!text.empty());
  return shown;
}

} // namespace pipec::base
