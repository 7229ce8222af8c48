// First the encoding, then one walk over the characters.
#include "runtime/test_report/xml_text.h"

#include "compiler/base/character.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <cerrno>
#include <iconv.h>
#include <optional>

namespace pipec::test_report {

static constexpr llvm::StringLiteral Replacement = "\xEF\xBF\xBD"; // U+FFFD

// ---- the encoding --------------------------------------------------------------

/// Of `<?xml … encoding="NAME"?>`, in a file whose characters are bytes.
static std::string declaredEncoding(llvm::StringRef bytes) {
  llvm::StringRef declaration = bytes.take_front(512).split("?>").first;
  if (!declaration.starts_with("<?xml"))
    return "";
  llvm::StringRef value = declaration.split("encoding").second.ltrim();
  if (!value.consume_front("="))
    return "";
  value = value.ltrim();
  if (value.empty() || (value.front() != '"' && value.front() != '\''))
    return "";
  return value.drop_front().take_until([&](char c) { return c == value.front(); }).lower();
}

/// The name for iconv of an encoding that tools write; empty: UTF-8, or nothing that is known.
static std::string encodingOf(llvm::StringRef& bytes) {
  if (bytes.consume_front("\xEF\xBB\xBF"))
    return "";
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with(llvm::StringRef("<\0", 2)))
    return bytes.consume_front("\xFF\xFE"), "UTF-16LE";
  if (bytes.starts_with("\xFE\xFF") || bytes.starts_with(llvm::StringRef("\0<", 2)))
    return bytes.consume_front("\xFE\xFF"), "UTF-16BE";
  std::string name = declaredEncoding(bytes);
  if (name == "latin-15" || name == "latin15")
    return "ISO-8859-15";
  for (llvm::StringRef family : {"windows-", "cp", "iso-8859-", "iso8859-", "latin", "koi8-",
                                 "macintosh", "shift_jis", "euc-", "gb", "big5"})
    if (llvm::StringRef(name).starts_with(family) &&
        llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '-' || c == '_'; }))
      return name;
  return "";
}

/// nullopt: this machine does not know the encoding.
static std::optional<XmlText> decoded(llvm::StringRef bytes, const std::string& encoding) {
  iconv_t converter = ::iconv_open("UTF-8", encoding.c_str());
  if (converter == reinterpret_cast<iconv_t>(-1))
    return std::nullopt;
  XmlText result;
  std::string input = bytes.str();
  char* from = input.data();
  size_t left = input.size();
  while (left > 0) {
    char buffer[16 * 1024];
    char* to = buffer;
    size_t room = sizeof buffer;
    size_t done = ::iconv(converter, &from, &left, &to, &room);
    int reason = errno;
    result.text.append(buffer, static_cast<size_t>(to - buffer));
    if (done != static_cast<size_t>(-1) || reason == E2BIG)
      continue;
    result.text += Replacement;
    result.wasReplaced = true;
    ++from;
    --left;
  }
  ::iconv_close(converter);
  return result;
}

// ---- the characters --------------------------------------------------------------

static bool isAllowed(uint32_t codePoint) {
  return codePoint == '\t' || codePoint == '\n' || codePoint == '\r' ||
         (codePoint >= 0x20 && codePoint < 0xD800) || (codePoint > 0xDFFF && codePoint < 0xFFFE) ||
         (codePoint > 0xFFFF && codePoint <= 0x10FFFF);
}

/// `[31m`, which follows an ESC; empty: no colour does.
static llvm::StringRef colourBehind(llvm::StringRef text) {
  llvm::StringRef rest = text;
  if (!rest.consume_front("["))
    return {};
  rest = rest.drop_while([](char c) { return llvm::isDigit(c) || c == ';' || c == ':'; });
  if (!rest.consume_front("m") && !rest.consume_front("K"))
    return {};
  return text.drop_back(rest.size());
}

/// `&#x1B;` or `&#27;` at the beginning of `text`, and what it means.
static std::optional<uint32_t> referenceAt(llvm::StringRef text, size_t& size) {
  static constexpr size_t Longest = 12;
  llvm::StringRef rest = text.take_front(Longest);
  if (!rest.consume_front("&#"))
    return std::nullopt;
  unsigned radix = rest.consume_front("x") ? 16 : 10;
  auto [digits, behind] = rest.split(';');
  uint32_t codePoint = 0;
  if (digits.size() == rest.size() || digits.getAsInteger(radix, codePoint))
    return std::nullopt;
  size = text.take_front(Longest).size() - behind.size();
  return codePoint;
}

namespace {

class Cleaner {
public:
  explicit Cleaner(XmlText& result) : result(result) {}

  void clean(llvm::StringRef text) {
    result.text.reserve(result.text.size() + text.size());
    while (!text.empty())
      text = text.drop_front(step(text));
  }

private:
  XmlText& result;
  bool isLiteral = false; ///< in a CDATA section, where references are none

  /// How much of `text` was dealt with.
  size_t step(llvm::StringRef text) {
    llvm::StringRef plain = text.take_while(
        [](char c) { return c >= ' ' && c < 0x7f && c != '&' && c != '<' && c != ']'; });
    if (!plain.empty()) {
      result.text += plain;
      return plain.size();
    }
    isLiteral = isLiteral ? !text.starts_with("]]>") : text.starts_with("<![CDATA[");
    base::Character character = base::firstCharacter(text);
    size_t size = character.bytes.size();
    std::optional<uint32_t> meant = character.codePoint;
    if (std::optional<uint32_t> reference; character.bytes == "&" && !isLiteral)
      if ((reference = referenceAt(text, size)))
        meant = reference;
    if (meant && isAllowed(*meant)) {
      result.text += text.take_front(size);
      return size;
    }
    llvm::StringRef colour =
        meant == 0x1B ? colourBehind(text.drop_front(size)) : llvm::StringRef();
    if (colour.empty()) {
      result.text += Replacement;
      result.wasReplaced = true;
    }
    return size + colour.size();
  }
};

} // namespace

XmlText readableXml(llvm::StringRef bytes) {
  std::string encoding = encodingOf(bytes);
  std::optional<XmlText> text = encoding.empty() ? std::nullopt : decoded(bytes, encoding);
  XmlText result;
  if (text)
    result.wasReplaced = text->wasReplaced;
  Cleaner(result).clean(text ? llvm::StringRef(text->text) : bytes);
  return result;
}

} // namespace pipec::test_report
