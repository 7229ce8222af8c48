// Recovery: our error strategy for ANTLR's parser. It words the messages, and finds where to go on.
#pragma once

#include "compiler/parse/expectation.h"
#include "compiler/parse/lexer.h"
#include "compiler/parse/token_stream.h"

#include <set>

namespace pipec::parse {

/// The text is divided into regions: a statement or clause, a parameter, a field, the head of a
/// declaration. A region has at most one message; behind it the parser goes on at the next region.
/// What is clearly meant is repaired in the token stream, so that nothing is lost: a missing comma
/// (E0104), a keyword as a name (E0105), a sign that is missing or taken for another.
class RecoveryStrategy final : public antlr4::ANTLRErrorStrategy {
public:
  RecoveryStrategy(TokenStream& tokens, llvm::StringRef text, diagnostics::SourceFileId file,
                   const Damage& damage, diagnostics::DiagnosticEmitter emitter)
      : tokens(tokens), text(text), file(file), damage(damage), emitter(emitter) {}

  /// Reports that the current token begins no declaration, and goes on behind it.
  void skipAtTopLevel();
  /// Whether something on the line of the token at `index` could not be read.
  bool hasErrorOnLine(size_t index) const;
  /// The offsets at which the regions begin in which something could not be read.
  const std::set<uint32_t>& spoiledRegions() const { return reportedRegions; }

  void reset(antlr4::Parser*) override {}
  void sync(antlr4::Parser* parser) override;
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }
  void reportMatch(antlr4::Parser*) override {}

private:
  TokenStream& tokens;
  llvm::StringRef text;
  diagnostics::SourceFileId file;
  const Damage& damage;
  diagnostics::DiagnosticEmitter emitter;
  std::set<uint32_t> reportedRegions; ///< by the offset of their first token
  std::set<uint32_t> errorLines;      ///< by the offset of their first token
  unsigned insertionsLeft = 64;       ///< each costs time in proportion to the file
  bool unwinding = false;             ///< an error has been reported and is looking for its region

  diagnostics::SourceRange rangeOf(const Token& token) const {
    return {file, token.begin, token.end};
  }

  /// Whether a mistake at `place` in the region that begins at `begin` is news.
  bool isNews(uint32_t begin, const Token& place);
  void reportUnexpected(PipeParser& parser, size_t offending, uint32_t regionBegin);
  void addHints(diagnostics::DiagnosticBuilder& builder, antlr4::ParserRuleContext* context,
                const Token& offending);
  void reportIdleStatement(const Token& first);

  bool repairKeywordAsName(antlr4::Parser& parser, const antlr4::misc::IntervalSet& expected);
  bool repairMissingComma(antlr4::Parser& parser, bool commaExpected);
  bool repairSign(antlr4::Parser& parser, const antlr4::misc::IntervalSet& expected);
  void repairSign(antlr4::Parser& parser, Token& found, size_t wanted);
  void reportSign(antlr4::Parser& parser, const Token& found, size_t wanted,
                  diagnostics::SourceRange edit);
  void repairStageHead(antlr4::Parser& parser);
  bool insertName(antlr4::Parser& parser, const antlr4::misc::IntervalSet& expected);

  bool skipInBody(PipeParser& parser);
  bool isLeftOver(antlr4::ParserRuleContext& context, const Token& found) const;
  bool skipToHeadEnd(antlr4::ParserRuleContext& context);
};

} // namespace pipec::parse
