// Tokens need no lexer here: the walk names each before it takes it.
#include "compiler/format/source_cursor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cassert>

namespace pipec::format {

bool isDocComment(llvm::StringRef comment) {
  return comment.starts_with("///") && !comment.starts_with("////");
}

SourceCursor SourceCursor::movedTo(uint32_t place) const {
  SourceCursor moved(text, comments);
  moved.offset = place;
  moved.behindToken = true;
  moved.nextComment = static_cast<size_t>(
      llvm::partition_point(comments,
                            [&](const ast::Comment& c) { return c.range.begin < place; }) -
      comments.begin());
  return moved;
}

/// `\r\n`, `\n` and `\r` alone are one line end each.
SourceCursor::Spacing SourceCursor::whiteSpace(uint32_t from) const {
  Spacing spacing{from, 0};
  for (; spacing.end < text.size(); ++spacing.end) {
    char c = text[spacing.end];
    if (c == '\n' || (c == '\r' && !text.substr(spacing.end + 1).starts_with("\n")))
      ++spacing.lineEnds;
    else if (c != ' ' && c != '\t' && c != '\r')
      break;
  }
  return spacing;
}

uint32_t SourceCursor::next() const {
  uint32_t at = whiteSpace(offset).end;
  for (size_t comment = nextComment;
       comment < comments.size() && comments[comment].range.begin == at; ++comment)
    at = whiteSpace(comments[comment].range.end).end;
  return at;
}

llvm::StringRef SourceCursor::word() const {
  return text.substr(next()).take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
}

bool SourceCursor::atNewLine() const {
  return text.slice(offset, next()).find_first_of("\r\n") != llvm::StringRef::npos;
}

bool SourceCursor::docCommentBefore(llvm::StringRef token) const {
  if (!at(token))
    return false;
  auto isDoc = [](llvm::StringRef comment) { return isDocComment(comment); };
  if (llvm::any_of(found, [&](const Found& comment) { return isDoc(comment.text); }))
    return true;
  uint32_t end = next();
  for (size_t comment = nextComment;
       comment < comments.size() && comments[comment].range.begin < end; ++comment)
    if (isDoc(comments[comment].text))
      return true;
  return false;
}

void SourceCursor::findComments() {
  for (;;) {
    Spacing spacing = whiteSpace(offset);
    if (nextComment == comments.size() || comments[nextComment].range.begin != spacing.end)
      return;
    const ast::Comment& comment = comments[nextComment++];
    bool sameLine = behindToken && found.empty() && spacing.lineEnds == 0;
    llvm::StringRef shown = llvm::StringRef(comment.text).rtrim(" \t");
    found.push_back({shown, sameLine, spacing.lineEnds > 1 && !behindDoc});
    behindDoc = isDocComment(shown);
    offset = comment.range.end;
  }
}

Gap SourceCursor::takeGap() {
  findComments();
  Gap gap;
  for (const Found& comment : found)
    if (comment.sameLine)
      gap.trailing = comment.text;
    else
      gap.comments.push_back({comment.text, comment.blankBefore});
  found.clear();
  Spacing spacing = whiteSpace(offset);
  gap.blankBefore = spacing.lineEnds > 1 && !behindDoc;
  offset = spacing.end;
  behindToken = false;
  return gap;
}

void SourceCursor::take(llvm::StringRef token) {
  assert(found.empty() && at(token));
  takeTo(next() + static_cast<uint32_t>(token.size()));
}

bool SourceCursor::skip(llvm::StringRef token) {
  if (!at(token))
    return false;
  findComments();
  offset = next() + static_cast<uint32_t>(token.size());
  behindToken = true;
  behindDoc = !found.empty() && isDocComment(found.back().text);
  return true;
}

void SourceCursor::takeTo(uint32_t end) {
  offset = end;
  behindToken = true;
  behindDoc = false;
  while (nextComment < comments.size() && comments[nextComment].range.begin < end)
    ++nextComment;
}

} // namespace pipec::format
