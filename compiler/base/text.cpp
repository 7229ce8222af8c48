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

std::string withoutUserInfo(llvm::StringRef text) {
  std::string result;
  for (;;) {
    auto [before, after] = text.split("://");
    result += before;
    if (before.size() == text.size())
      return result;
    result += "://";
    // The authority ends there; `@` may stand in a password.
    size_t at = after.take_front(after.find_first_of("/?# \t\n,")).rfind('@');
    text = at == llvm::StringRef::npos ? after : after.drop_front(at + 1);
  }
}

} // namespace pipec::base
