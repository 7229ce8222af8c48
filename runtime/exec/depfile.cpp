// Reading depfiles: words, then rules.
#include "runtime/exec/depfile.h"

#include "compiler/base/error.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace pipec::exec {

namespace {

enum class TokenKind : uint8_t { Word, Colon, EndOfLine, End };

struct Token {
  TokenKind kind = TokenKind::End;
  std::string text; ///< of a Word
};

class Lexer {
public:
  explicit Lexer(llvm::StringRef text) : rest(text) {}

  /// A colon ends the targets only where `inTargets`; elsewhere it is a character like others.
  Token next(bool inTargets);
  unsigned line() const { return lineNumber; }

private:
  llvm::StringRef rest;
  unsigned lineNumber = 1;

  /// The length of a line's end at the beginning of `text`; 0: there is none.
  static size_t lineEnd(llvm::StringRef text) {
    return text.starts_with("\n") ? 1 : text.starts_with("\r\n") ? 2 : 0;
  }
  static bool isSpace(char c) { return c == ' ' || c == '\t'; }
  /// What separates words.
  static bool atBreak(llvm::StringRef text) {
    return text.empty() || isSpace(text.front()) || lineEnd(text) ||
           (text.front() == '\\' && lineEnd(text.drop_front()));
  }

  void skipBlanks();
  bool atColon(bool inTargets) const {
    return inTargets && rest.starts_with(":") && atBreak(rest.drop_front());
  }
  void appendBackslashes(std::string& word);
};

} // namespace

/// Spaces, continued line ends, and comments.
void Lexer::skipBlanks() {
  while (!rest.empty()) {
    size_t end = rest.front() == '\\' ? lineEnd(rest.drop_front()) : 0;
    if (isSpace(rest.front())) {
      rest = rest.drop_front();
    } else if (end) {
      rest = rest.drop_front(1 + end);
      ++lineNumber;
    } else if (rest.front() == '#') {
      rest = rest.drop_front(std::min(rest.size(), rest.find('\n')));
    } else {
      return;
    }
  }
}

/// A run of backslashes, and the character that they escape.
void Lexer::appendBackslashes(std::string& word) {
  size_t count = std::min(rest.size(), rest.find_first_not_of('\\'));
  llvm::StringRef after = rest.drop_front(count);
  if (lineEnd(after)) {
    // The last one continues the line.
    word.append(count - 1, '\\');
    rest = rest.drop_front(count - 1);
    return;
  }
  rest = after;
  char escaped = after.empty() ? '\0' : after.front();
  bool takesPairs = isSpace(escaped) && count % 2 == 1;
  if (!takesPairs && escaped != '#' && escaped != ':') {
    word.append(count, '\\');
    return;
  }
  word.append(takesPairs ? count / 2 : count - 1, '\\');
  word += escaped;
  rest = rest.drop_front();
}

Token Lexer::next(bool inTargets) {
  skipBlanks();
  if (rest.empty())
    return {TokenKind::End, ""};
  if (size_t end = lineEnd(rest)) {
    rest = rest.drop_front(end);
    ++lineNumber;
    return {TokenKind::EndOfLine, ""};
  }
  if (atColon(inTargets)) {
    rest = rest.drop_front();
    return {TokenKind::Colon, ""};
  }
  Token token{TokenKind::Word, ""};
  while (!atBreak(rest) && !atColon(inTargets)) {
    if (rest.front() == '\\') {
      appendBackslashes(token.text);
      continue;
    }
    token.text += rest.front();
    rest = rest.drop_front(rest.starts_with("$$") ? 2 : 1);
  }
  return token;
}

static llvm::Error wrongLine(unsigned line, llvm::StringRef what) {
  return base::usageError("line " + llvm::utostr(line) + ": " + what);
}

llvm::Expected<std::vector<std::string>> parseDepfile(llvm::StringRef text) {
  if (size_t nul = text.find('\0'); nul != llvm::StringRef::npos)
    return wrongLine(text.take_front(nul).count('\n') + 1, "there is a NUL byte");
  std::vector<std::string> prerequisites;
  llvm::StringSet<> seen;
  Lexer lexer(text);
  bool anyRule = false;
  for (;;) {
    bool anyTarget = false, inTargets = true;
    unsigned line = lexer.line();
    for (;;) {
      Token token = lexer.next(inTargets);
      if (token.kind == TokenKind::Colon) {
        if (!anyTarget)
          return wrongLine(line, "nothing stands before the `:`");
        inTargets = false;
        anyRule = true;
      } else if (token.kind == TokenKind::Word) {
        anyTarget = true;
        if (!inTargets && seen.insert(token.text).second)
          prerequisites.push_back(std::move(token.text));
      } else if (anyTarget && inTargets) {
        return wrongLine(line, "there is no `:` after the targets");
      } else if (token.kind == TokenKind::End && !anyRule) {
        return base::usageError("there is no rule `TARGET: PATH…` in it");
      } else if (token.kind == TokenKind::End) {
        return prerequisites;
      } else {
        break;
      }
    }
  }
}

} // namespace pipec::exec
