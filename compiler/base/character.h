// Character: text of others, one character after the other, and which of them can be shown.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace pipec::base {

/// One code point of UTF-8, or one byte that is part of none.
struct Character {
  llvm::StringRef bytes;
  std::optional<uint32_t> codePoint; ///< nullopt: `bytes` is one byte that is not UTF-8
};

/// `text` is not empty.
Character firstCharacter(llvm::StringRef text);

/// Whether `text`, which is not empty, is the beginning of a character whose other bytes are
/// missing.
bool isCutCharacter(llvm::StringRef text);

/// Whether a reader must not be left alone with it: control characters, those of the second half of
/// Latin-1 too (U+009B begins a sequence as ESC `[` does), what changes the direction of text, and
/// what takes no place at all, so that two texts look like one. Combining marks and variation
/// selectors are none of these.
bool isHidden(uint32_t codePoint);

/// `\x1B` for what is one byte, `\u{202E}` as in the language for all others.
void appendEscaped(std::string& text, const Character& character);

} // namespace pipec::base
