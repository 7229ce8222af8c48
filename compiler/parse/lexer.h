// Lexing: the text of a file → tokens that the parser can keep step with.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/parse/token.h"

#include <set>
#include <vector>

namespace pipec::parse {

/// Where mistakes have been reported that may derail the parser: what it then says about the same
/// statement is no news.
class Damage {
public:
  void add(uint32_t offset) { offsets.insert(offset); }
  /// Text of which it is not known what is code and what is in quotes, `[begin, end]`: nothing that
  /// is said about it afterwards is news.
  void addUnreadable(uint32_t begin, uint32_t end) { unreadable.push_back({begin, end}); }
  /// After a new reading from `offset` on: what lies behind it is forgotten.
  void forgetFrom(uint32_t offset);

  /// Whether a place in `[begin, end]` is damaged.
  bool within(uint32_t begin, uint32_t end) const;
  bool isUnreadable(uint32_t offset) const;

private:
  std::set<uint32_t> offsets;
  std::vector<std::pair<uint32_t, uint32_t>> unreadable; ///< few: one for each open quote
};

struct LexedFile {
  std::vector<Token> tokens; ///< of the default channel; the last is EOF
  std::vector<ast::Comment> comments;
  Damage damage;
};

/// Lexes `source`, which is UTF-8, from the byte `start` on. Reports characters that begin nothing
/// (E0001) and strings and holes that end too late or too early (E0003, E0102, E0009), and closes
/// them, so that every opening of a string or hole has its end in `tokens`.
LexedFile lexFile(const diagnostics::SourceFile& source, diagnostics::SourceFileId file,
                  uint32_t start, diagnostics::DiagnosticConsumer& consumer);

} // namespace pipec::parse
