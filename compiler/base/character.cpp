// Which characters are shown is decided here, for every kind of text.
#include "compiler/base/character.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

#include <algorithm>
#include <iterator>

namespace pipec::base {

namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

/// Sorted. Besides the control characters: Unicode 15, Bidi_Control and
/// Default_Ignorable_Code_Point without the variation selectors that emoji are written with
/// (U+FE00 to U+FE0F); line and paragraph separator; interlinear annotations.
constexpr Range Hidden[] = {
    {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x034F, 0x034F}, {0x061C, 0x061C},
    {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F}, {0x2028, 0x202E},
    {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB},
    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

} // namespace

bool isHidden(uint32_t codePoint) {
  const Range* range = std::lower_bound(
      std::begin(Hidden), std::end(Hidden), codePoint,
      [](const Range& candidate, uint32_t wanted) { return candidate.last < wanted; });
  return range != std::end(Hidden) && range->first <= codePoint;
}

Character firstCharacter(llvm::StringRef text) {
  auto lead = static_cast<llvm::UTF8>(text.front());
  if (lead < 0x80)
    return {text.take_front(1), lead};
  size_t size = llvm::getNumBytesForUTF8(lead);
  const auto* begin = text.bytes_begin();
  if (size > text.size() || !llvm::isLegalUTF8Sequence(begin, begin + size))
    return {text.take_front(1), std::nullopt};
  llvm::UTF32 codePoint = 0;
  const llvm::UTF8* at = begin;
  if (llvm::convertUTF8Sequence(&at, begin + size, &codePoint, llvm::strictConversion) !=
      llvm::conversionOK)
    return {text.take_front(1), std::nullopt};
  return {text.take_front(size), codePoint};
}

bool isCutCharacter(llvm::StringRef text) {
  auto lead = static_cast<llvm::UTF8>(text.front());
  if (lead < 0xC2 || lead > 0xF4 || text.size() >= llvm::getNumBytesForUTF8(lead))
    return false;
  return std::all_of(text.begin() + 1, text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
}

void appendEscaped(std::string& text, const Character& character) {
  if (character.codePoint && *character.codePoint >= 0x80) {
    text += "\\u{" + llvm::utohexstr(*character.codePoint) + "}";
    return;
  }
  auto byte = static_cast<unsigned char>(character.bytes.front());
  text += {'\\', 'x', llvm::hexdigit(byte >> 4), llvm::hexdigit(byte & 15)};
}

} // namespace pipec::base
