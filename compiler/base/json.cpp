// Canonical JSON output.
#include "compiler/base/json.h"

#include "compiler/base/character.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace pipec::base {

std::string renderJson(llvm::function_ref<void(llvm::json::OStream&)> write, bool pretty) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out, pretty ? 2 : 0);
  write(json);
  json.flush();
  out << '\n';
  return plainJson(text);
}

static void appendUnit(std::string& text, uint32_t unit) {
  text += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    text += llvm::hexdigit(unit >> shift & 15, /*LowerCase=*/true);
}

/// All of these stand in strings: outside of them there is nothing but ASCII and no `#`.
std::string plainJson(llvm::StringRef json) {
  std::string text;
  text.reserve(json.size());
  auto isSpecial = [](char c) { return c == '#' || static_cast<unsigned char>(c) >= 0x7F; };
  for (;;) {
    llvm::StringRef plain = json.take_until(isSpecial);
    text += plain;
    json = json.drop_front(plain.size());
    if (json.empty())
      return text;
    Character character = firstCharacter(json);
    uint32_t codePoint = character.codePoint.value_or(0xFFFD);
    if (character.bytes == "#" && !text.empty() && text.back() == '#') {
      appendUnit(text, '#');
    } else if (codePoint < 0x7F || codePoint >= 0x10000 || !isHidden(codePoint)) {
      // Beyond the first plane a pair of escapes would be needed, which LLVM's parser reads as
      // another character in every second plane. None of these acts on a terminal.
      text += character.bytes;
    } else {
      appendUnit(text, codePoint);
    }
    json = json.drop_front(character.bytes.size());
  }
}

std::string jsonText(llvm::StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

bool nestsDeeper(llvm::StringRef text, unsigned most) {
  unsigned depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      i += c == '\\';
      inString = c != '"';
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > most)
        return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

} // namespace pipec::base
