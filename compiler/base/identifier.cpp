// Identifiers and keywords.
#include "compiler/base/identifier.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::base {

bool isKeyword(llvm::StringRef word) {
  static constexpr llvm::StringLiteral Keywords[] = {
      "let", "fn",     "pub",  "return", "if",   "else", "match", "for",
      "in",  "assert", "true", "false",  "none", "and",  "or",    "not"};
  return llvm::is_contained(Keywords, word);
}

bool isIdentifier(llvm::StringRef word) {
  auto isWordCharacter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  return !word.empty() && word != "_" && !llvm::isDigit(word.front()) &&
         llvm::all_of(word, isWordCharacter) && !isKeyword(word);
}

} // namespace pipec::base
