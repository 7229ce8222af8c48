// Canonical JSON output.
#include "compiler/base/json.h"

#include "compiler/base/character.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <optional>

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
    } else if (codePoint < 0x7F || !isHidden(codePoint)) {
      text += character.bytes;
    } else if (codePoint < 0x10000) {
      appendUnit(text, codePoint);
    } else {
      appendUnit(text, 0xD800 + ((codePoint - 0x10000) >> 10));
      appendUnit(text, 0xDC00 + ((codePoint - 0x10000) & 0x3FF));
    }
    json = json.drop_front(character.bytes.size());
  }
}

/// The unit that `text` begins with as `\u` and four digits; nullopt: it begins otherwise.
static std::optional<uint32_t> escapedUnit(llvm::StringRef text) {
  uint32_t unit = 0;
  if (text.size() < 6 || !text.starts_with("\\u") || text.substr(2, 4).getAsInteger(16, unit))
    return std::nullopt;
  return unit;
}

/// The same document with the character itself where a pair of escapes stood.
static std::string withoutPairs(llvm::StringRef json) {
  std::string text;
  text.reserve(json.size());
  for (;;) {
    llvm::StringRef plain = json.take_until([](char c) { return c == '\\'; });
    text += plain;
    json = json.drop_front(plain.size());
    if (json.empty())
      return text;
    uint32_t high = escapedUnit(json).value_or(0);
    uint32_t low = escapedUnit(json.drop_front(std::min<size_t>(6, json.size()))).value_or(0);
    bool isPair = high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000;
    size_t size = isPair ? 12 : std::min<size_t>(2, json.size());
    if (isPair) {
      char bytes[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
      char* end = bytes;
      llvm::ConvertCodePointToUTF8(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), end);
      text.append(bytes, end);
    } else {
      text += json.take_front(size);
    }
    json = json.drop_front(size);
  }
}

/// LLVM's parser reads a pair of escapes as another character in every second plane
/// (`0x10000 | ...` where it has to add). What it says about a document that is wrong stays its
/// own.
llvm::Expected<llvm::json::Value> parseJson(llvm::StringRef json) {
  auto value = llvm::json::parse(json);
  if (!value || !json.contains_insensitive("\\ud"))
    return value;
  return llvm::json::parse(withoutPairs(json));
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
