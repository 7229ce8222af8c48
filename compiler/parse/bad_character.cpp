// What people write out of habit from other languages, and what it is called here (E0001).
#include "compiler/parse/bad_character.h"

#include "compiler/parse/token.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

#include <map>

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::DiagnosticEmitter;
using diagnostics::SourceFileId;
using diagnostics::SourceRange;

uint32_t lineEnd(llvm::StringRef text, uint32_t offset) {
  size_t end = text.find_first_of("\r\n", offset);
  return static_cast<uint32_t>(end == llvm::StringRef::npos ? text.size() : end);
}

uint32_t endOfName(llvm::StringRef text, uint32_t begin) {
  llvm::StringRef rest = text.drop_front(begin);
  llvm::StringRef name =
      rest.ltrim(" \t").take_while([](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
  name = name.rtrim('.');
  return name.empty() ? begin : static_cast<uint32_t>(name.end() - text.begin());
}

static bool isNameByte(char byte) {
  return llvm::isAlnum(byte) || byte == '_';
}

static bool isAscii(char byte) {
  return static_cast<unsigned char>(byte) < 0x80;
}

namespace {

class BadCharacterReport {
public:
  BadCharacterReport(llvm::StringRef text, SourceFileId file, uint32_t offset, uint32_t nameBegin,
                     DiagnosticEmitter emitter)
      : text(text), file(file), offset(offset), nameBegin(nameBegin), emitter(emitter) {
    length = std::max(1u, llvm::getNumBytesForUTF8(static_cast<unsigned char>(text[offset])));
    character = text.substr(offset, length);
  }

  AfterBadCharacter report() {
    switch (text[offset]) {
    case '#':
      return hashComment();
    case '\'':
      return singleQuotes();
    case ';':
      start().label("statements need nothing between them").fix(range(), "", "remove it");
      return after();
    case '!':
      start().label("the opposite is written `not`").fix(range(), "not ");
      return {offset + length, PipeLexer::NOT, offset};
    case '$':
      start().label("a name needs no `$` outside of text").suggest(range(), "", "remove it");
      return after();
    case '\\':
      start().label("a line may be broken anywhere, without a sign");
      return after();
    case '`':
      start().label("text stands in `\"…\"`, a command in `sh\"…\"`");
      return after();
    default:
      return isAscii(text[offset]) ? plain() : notAscii();
    }
  }

private:
  llvm::StringRef text;
  SourceFileId file;
  uint32_t offset;
  uint32_t nameBegin;
  DiagnosticEmitter emitter;
  uint32_t length = 1;
  llvm::StringRef character;

  SourceRange range() const { return {file, offset, offset + length}; }
  AfterBadCharacter after() const { return {offset + length, std::nullopt, offset}; }

  diagnostics::DiagnosticBuilder start() {
    return emitter.emit(Code::E0001, range(), "`" + character + "` does not start anything here");
  }

  AfterBadCharacter plain() {
    auto byte = static_cast<unsigned char>(text[offset]);
    if (byte < 0x20 || byte == 0x7F)
      emitter.emit(Code::E0001, range(),
                   "a control character (0x" + llvm::utohexstr(byte) + ") does not belong here");
    else
      start();
    return after();
  }

  AfterBadCharacter hashComment() {
    uint32_t end = lineEnd(text, offset);
    start().label("comments start with `//`").fix(range(), "//");
    return {end, std::nullopt, offset};
  }

  /// `'text'`, as a whole if it ends on its line.
  AfterBadCharacter singleQuotes() {
    size_t end = text.find_first_of("'\r\n", offset + 1);
    if (end == llvm::StringRef::npos || text[end] != '\'') {
      start().label("text stands in `\"…\"`");
      return after();
    }
    llvm::StringRef inside = text.slice(offset + 1, end);
    auto after = static_cast<uint32_t>(end + 1);
    auto builder =
        emitter.emit(Code::E0001, {file, offset, after}, "text stands in double quotes: `\"…\"`");
    if (inside.find_first_of("\"\\$") == llvm::StringRef::npos)
      builder.fix({file, offset, after}, "\"" + inside + "\"");
    return {after, PipeLexer::IDENT, offset};
  }

  /// A letter outside of ASCII spoils the whole word it is in; quotes and arrows spoil themselves.
  AfterBadCharacter notAscii() {
    uint32_t end = offset + length;
    while (end < text.size() && (isNameByte(text[end]) || !isAscii(text[end])))
      ++end;
    if (character == "“" || character == "”" || character == "„" || character == "‘" ||
        character == "’") {
      start().label("text stands in plain quotes: `\"…\"`");
      return {lineEnd(text, offset), PipeLexer::IDENT, offset};
    }
    if (character == "\xC2\xA0") {
      emitter.emit(Code::E0001, range(), "this is a no-break space, not a space")
          .fix(range(), " ", "replace it by a space");
      return after();
    }
    if (character == "\xEF\xBB\xBF") {
      emitter.emit(Code::E0001, range(), "a byte order mark does not belong here")
          .fix(range(), "", "remove it");
      return after();
    }
    start().label("names are made of `a`–`z`, `A`–`Z`, `0`–`9` and `_`");
    return {end, PipeLexer::IDENT, nameBegin};
  }
};

} // namespace

AfterBadCharacter reportBadCharacter(llvm::StringRef text, SourceFileId file, uint32_t offset,
                                     uint32_t nameBegin, DiagnosticEmitter emitter) {
  return BadCharacterReport(text, file, offset, nameBegin, emitter).report();
}

uint32_t reportBlockComment(llvm::StringRef text, SourceFileId file, uint32_t offset,
                            DiagnosticEmitter emitter) {
  emitter.emit(Code::E0001, {file, offset, offset + 2}, "there are no `/* … */` comments")
      .help("begin each line of the comment with `//`");
  size_t end = text.find("*/", offset + 2);
  return end == llvm::StringRef::npos ? lineEnd(text, offset) : static_cast<uint32_t>(end + 2);
}

void keepOneBadCharacter(std::vector<diagnostics::Diagnostic>& messages,
                         const diagnostics::SourceFile& source) {
  std::map<uint32_t, std::string> firstOnLine;
  llvm::erase_if(messages, [&](const diagnostics::Diagnostic& message) {
    if (message.code != Code::E0001)
      return false;
    uint32_t line = source.lineColumn(message.primary.range.begin).line;
    return firstOnLine.try_emplace(line, message.message).first->second != message.message;
  });
}

} // namespace pipec::parse
