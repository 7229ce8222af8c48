// A walk over characters and escape sequences, with a memory of a few bytes.
#include "runtime/report/text_guard.h"

#include "compiler/base/character.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <cstdlib>
#include <utility>

namespace pipec::report {

static constexpr char Escape = '\x1b';
static constexpr llvm::StringLiteral Reset = "\x1b[0m";
/// A sequence with more parameters is none that paints.
static constexpr size_t LongestSequence = 40;

bool isReadByService() {
  for (const char* name : {"CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"})
    if (const char* value = std::getenv(name); value && *value)
      return true;
  return false;
}

// ---- colours -------------------------------------------------------------------

/// How many of the numbers behind 38, 48 or 58 are the colour.
static size_t colourLength(llvm::ArrayRef<unsigned> numbers) {
  if (numbers.empty())
    return 0;
  return numbers.front() == 5 ? 2 : numbers.front() == 2 ? 4 : 0;
}

/// Whether the parameters of `ESC [ … m` are colours and weights, and no hidden text or fonts.
static bool isPaint(llvm::StringRef parameters) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  std::string plain = parameters.str();
  for (char& c : plain)
    c = c == ':' ? ';' : c;
  llvm::StringRef(plain).split(parts, ';');
  llvm::SmallVector<unsigned, 8> numbers;
  for (llvm::StringRef part : parts)
    if (numbers.push_back(0); !part.empty() && part.getAsInteger(10, numbers.back()))
      return false;
  for (size_t i = 0; i < numbers.size(); ++i) {
    unsigned number = numbers[i];
    if (number == 38 || number == 48 || number == 58)
      i += colourLength(llvm::ArrayRef(numbers).drop_front(i + 1));
    else if (number == 8 || (number >= 10 && number <= 20) || (number > 59 && number < 90) ||
             number > 107)
      return false;
  }
  return true;
}

size_t TextGuard::sequence(llvm::StringRef text, bool isEnd, std::string& shown) {
  if (text.size() == 1 && !isEnd)
    return 0;
  if (text.size() > 1 && text[1] == '[') {
    llvm::StringRef parameters = text.drop_front(2).take_while(
        [](char c) { return llvm::isDigit(c) || c == ';' || c == ':'; });
    size_t size = parameters.size() + 3;
    if (size > text.size() && text.size() < LongestSequence && !isEnd)
      return 0;
    char kind = size <= text.size() && size <= LongestSequence ? text[size - 1] : '\0';
    if (kind == 'K' && (parameters.empty() || parameters == "0"))
      return size;
    if (kind == 'm' && isPaint(parameters)) {
      if (options.colors) {
        shown += text.take_front(size);
        isPainted = !(parameters.empty() || parameters == "0");
      }
      return size;
    }
  }
  base::appendEscaped(shown, base::firstCharacter(text));
  atStart = false;
  return 1;
}

// ---- commands of CI services -----------------------------------------------------

/// .NET's, which such services trim with, without what is hidden.
static bool isSpace(uint32_t codePoint) {
  return codePoint == ' ' || codePoint == '\t' || codePoint == 0xA0 || codePoint == 0x1680 ||
         (codePoint >= 0x2000 && codePoint <= 0x200A) || codePoint == 0x202F ||
         codePoint == 0x205F || codePoint == 0x3000;
}

/// At a `:` or `#`.
size_t TextGuard::command(llvm::StringRef text, bool isEnd, std::string& shown) {
  bool isCommand = false;
  if (text.front() == ':') {
    size_t colons = text.take_while([](char c) { return c == ':'; }).size();
    if (atStart && text.size() < 3 && colons == text.size() && !isEnd)
      return 0;
    isCommand = atStart && colons >= 2 && text.size() > 2 && llvm::isAlpha(text[2]);
  } else {
    for (llvm::StringRef prefix : {"##[", "##vso[", "##teamcity["}) {
      if (text.size() < prefix.size() && prefix.starts_with_insensitive(text) && !isEnd)
        return 0;
      isCommand |= text.starts_with_insensitive(prefix);
    }
  }
  if (isCommand)
    base::appendEscaped(shown, base::firstCharacter(text));
  else
    shown += text.front();
  atStart = false;
  return 1;
}

// ---- the walk ------------------------------------------------------------------

void TextGuard::endLine(std::string& shown) {
  if (isPainted)
    shown += Reset;
  isPainted = false;
  shown += '\n';
  atStart = true;
}

size_t TextGuard::step(llvm::StringRef text, bool isEnd, std::string& shown) {
  char c = text.front();
  bool hadReturn = std::exchange(wasReturn, false);
  if (options.commands && (c == ':' || c == '#'))
    return command(text, isEnd, shown);
  if (c == '\n' || (c == '\r' && options.escapes)) {
    // Of `\r\n` and `\r\r` one line comes, and none of a return at the beginning.
    bool isLine = !hadReturn && !(c == '\r' && atStart);
    if (isLine)
      endLine(shown);
    wasReturn = c == '\r' && (isLine || hadReturn);
    return 1;
  }
  if (c == Escape && options.escapes)
    return sequence(text, isEnd, shown);
  base::Character character = base::firstCharacter(text);
  if (!character.codePoint && base::isCutCharacter(text) && !isEnd)
    return 0;
  uint32_t codePoint = character.codePoint.value_or(0);
  atStart = c == '\r' || (atStart && character.codePoint && isSpace(codePoint));
  if (!options.escapes || (character.codePoint && (!base::isHidden(codePoint) || c == '\t')))
    shown += character.bytes;
  else
    base::appendEscaped(shown, character);
  return character.bytes.size();
}

void TextGuard::feed(llvm::StringRef piece, std::string& shown) {
  std::string joined;
  if (!held.empty()) {
    joined = std::exchange(held, {});
    joined += piece;
    piece = joined;
  }
  // Most of a text is none of what has to be looked at.
  auto isPlain = [stops = options.commands](char c) {
    return c >= ' ' && c < '\x7f' && !(stops && (c == ':' || c == '#'));
  };
  while (!piece.empty()) {
    llvm::StringRef plain = piece.take_while(isPlain);
    if (!plain.empty()) {
      shown += plain;
      piece = piece.drop_front(plain.size());
      atStart = atStart && plain.find_first_not_of(' ') == llvm::StringRef::npos;
      wasReturn = false;
      continue;
    }
    size_t done = step(piece, /*isEnd=*/false, shown);
    if (done == 0) {
      held = piece.str();
      return;
    }
    piece = piece.drop_front(done);
  }
}

void TextGuard::finish(std::string& shown) {
  std::string rest = std::exchange(held, {});
  for (llvm::StringRef left = rest; !left.empty();)
    left = left.drop_front(step(left, /*isEnd=*/true, shown));
  if (isPainted)
    shown += Reset;
  *this = TextGuard(options);
}

std::string guarded(llvm::StringRef text, GuardOptions options) {
  std::string shown;
  TextGuard guard(options);
  guard.feed(text, shown);
  guard.finish(shown);
  return shown;
}

} // namespace pipec::report
