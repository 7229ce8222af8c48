// White space as nobody would write it.
#include "token_writer.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::test {

TokenWriter::TokenWriter(Random& random, const ProgramShape& shape) : random(random), shape(shape) {
  crlf = shape.spacing == Spacing::Odd && random.once(5);
  // Some programs are full of comments, most have a few.
  commentOdds = random.once(4) ? 3 : 25;
}

void TokenWriter::token(llvm::StringRef text) {
  if (!isGlued)
    gap(text);
  isGlued = staysOnLine = lineWanted = false;
  out += text;
}

void TokenWriter::glued(llvm::StringRef text) {
  out += text;
  isGlued = true;
}

void TokenWriter::line() {
  lineWanted = true;
}

void TokenWriter::shebang() {
  (out += "#!/usr/bin/env pipec") += lineEnd();
}

std::string TokenWriter::take() {
  gap("");
  if (random.once(2))
    out += lineEnd();
  return std::move(out);
}

/// Whether two tokens would be read as one, or as a comment.
bool TokenWriter::mustSeparate(llvm::StringRef next) const {
  if (out.empty() || next.empty())
    return false;
  auto isWord = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  auto isSign = [](char c) { return llvm::StringRef("=<>-.?+*/%&|:!$").contains(c); };
  char last = out.back();
  char first = next.front();
  // Behind a shell string many signs look as if it had ended too early.
  return last == '"' || (isWord(last) && (isWord(first) || first == '"')) ||
         (isSign(last) && isSign(first));
}

/// Names that at the margin, before another name, are taken for the beginning of a declaration.
static bool looksLikeDeclaration(llvm::StringRef token) {
  return token == "source" || token == "build" || token == "test";
}

void TokenWriter::gap(llvm::StringRef next) {
  bool mayEndLine = lineless == 0 && !staysOnLine;
  size_t before = out.size();
  while (shape.comments && mayEndLine && random.once(commentOdds))
    comment();
  if (shape.spacing == Spacing::Odd)
    oddGap();
  else if (out.size() == before && !out.empty())
    out += mayEndLine && lineWanted ? "\n" : " ";
  bool atMargin = llvm::StringRef(out).ends_with("\n") && !lineWanted;
  if ((out.size() == before && mustSeparate(next)) || (atMargin && looksLikeDeclaration(next)))
    out += ' ';
}

void TokenWriter::oddGap() {
  static constexpr const char* Spaces[] = {"", "", " ", " ", "  ", "\t", "   \t "};
  out += random.oneOf(Spaces);
  bool mayEndLine = lineless == 0 && !staysOnLine;
  if (!mayEndLine || !(lineWanted ? !random.once(4) : random.once(15)))
    return;
  for (size_t count = random.once(4) ? 3 : random.once(4) ? 2 : 1; count > 0; --count)
    (out += lineEnd()) += random.oneOf(Spaces);
}

/// On the line of the token before, or on one of its own, as it comes.
void TokenWriter::comment() {
  static constexpr const char* Openings[] = {"//",   "//",  "// ",  "// ",
                                             "/// ", "///", "//! ", "//// "};
  static constexpr const char* Texts[] = {"",
                                          "about this",
                                          "TODO: \"quotes\" and ${holes}",
                                          "a, b }  ",
                                          "ends\t ",
                                          "täxt with öther ßigns",
                                          "/* no block */",
                                          "let x = 1",
                                          "a comment that is longer than a line of a hundred "
                                          "columns may be, which nobody breaks for its "
                                          "writer, who must know"};
  if (random.once(2)) {
    out += lineEnd();
    if (random.once(4))
      out += lineEnd();
  } else if (!out.empty() && (out.back() == '/' || out.back() == '"')) {
    out += ' ';
  }
  ((out += random.oneOf(Openings)) += random.oneOf(Texts)) += lineEnd();
}

} // namespace pipec::test
