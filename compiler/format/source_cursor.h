// SourceCursor: walks the text of a module token by token, and hands out the comments on the way.
#pragma once

#include "compiler/ast/ast.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <vector>

namespace pipec::format {

struct GapComment {
  llvm::StringRef text; ///< without white space at its end
  bool blankBefore = false;
};

/// What stands between two tokens.
struct Gap {
  std::optional<llvm::StringRef> trailing; ///< a comment on the line of the token before
  std::vector<GapComment> comments;        ///< those on lines of their own
  bool blankBefore = false;                ///< the next token, or the end
  bool hasComments() const { return trailing || !comments.empty(); }
};

/// `/// …`, which documents what follows it.
bool isDocComment(llvm::StringRef comment);

/// The text has no syntax error, so that whoever walks the tree knows which token comes next. An
/// empty line right behind a doc comment does not count as one.
class SourceCursor {
public:
  SourceCursor(llvm::StringRef text, llvm::ArrayRef<ast::Comment> comments)
      : text(text), comments(comments) {}

  /// The same walk, from `offset` on, which is not in a comment.
  SourceCursor movedTo(uint32_t offset) const;

  /// Where the next token begins; the end of the text if there is none.
  uint32_t next() const;
  bool at(llvm::StringRef token) const { return text.substr(next()).starts_with(token); }
  bool atEnd() const { return next() == text.size(); }
  /// The next token if it is a name, a keyword or a number; else empty.
  llvm::StringRef word() const;
  /// Whether the next token stands on a later line than the one before.
  bool atNewLine() const;
  /// Whether `token` is next, with a doc comment before it.
  bool docCommentBefore(llvm::StringRef token) const;

  /// Takes the comments before the next token.
  Gap takeGap();
  /// Goes behind `token`, which is next, and whose gap has been taken.
  void take(llvm::StringRef token);
  /// Goes behind `token` if it is next; the comments before it become part of the gap behind it.
  bool skip(llvm::StringRef token);
  /// Goes to the end of a token that is next and whose gap has been taken, whatever it contains.
  void takeTo(uint32_t end);

private:
  struct Found {
    llvm::StringRef text;
    bool sameLine = false;
    bool blankBefore = false;
  };

  llvm::StringRef text;
  llvm::ArrayRef<ast::Comment> comments;
  uint32_t offset = 0;      ///< behind the last token, or the last comment that was found
  size_t nextComment = 0;   ///< the first that begins at `offset` or behind it
  std::vector<Found> found; ///< comments that no one has taken yet
  bool behindToken = false;
  bool behindDoc = false; ///< the last thing before `offset` is a doc comment

  struct Spacing {
    uint32_t end = 0; ///< of the white space
    unsigned lineEnds = 0;
  };
  Spacing whiteSpace(uint32_t from) const;
  void findComments();
};

} // namespace pipec::format
