// Token: what the lexer gives to the parser, with its place in bytes.
#pragma once

#include "compiler/diagnostics/source_file.h"

#include "PipeLexer.h"

#include <cstdint>

namespace pipec::parse {

using pipedsl::PipeLexer;

/// A token of the default channel. Types are those of the grammar (`PipeLexer::LET`, …).
class Token final : public antlr4::Token {
public:
  size_t type = antlr4::Token::EOF;
  uint32_t begin = 0; ///< bytes from the start of the file
  uint32_t end = 0;
  uint32_t column = 0;     ///< bytes from the start of its line
  bool startsLine = false; ///< nothing but white space stands before it on its line
  /// Put in by a repair; it stands for nothing in the text, and the repair has been reported.
  bool isVirtual = false;
  /// Begins a declaration of the module: a place to go on after an error.
  bool startsDeclaration = false;
  /// How many pairs of brackets are around it; a bracket counts as outside its own pair.
  uint32_t depth = 0;
  /// The bracket that belongs to this one; null if there is none, or if this is no bracket.
  Token* partner = nullptr;
  size_t index = 0; ///< in the token stream

  bool is(size_t wanted) const { return type == wanted; }

  size_t getType() const override { return type; }
  size_t getTokenIndex() const override { return index; }
  size_t getStartIndex() const override { return begin; }
  size_t getStopIndex() const override { return end == 0 ? 0 : end - 1; }
  size_t getChannel() const override { return antlr4::Token::DEFAULT_CHANNEL; }
  // ANTLR asks for the rest only to make messages of its own, which are never shown.
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() const override { return 0; }
  std::string getText() const override { return {}; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }
  std::string toString() const override { return {}; }
};

/// A word that is always a keyword and so never a name (SPEC: "hard keywords").
bool isHardKeyword(size_t type);
/// A word that may be a name: an identifier or a soft keyword.
bool isName(size_t type);
/// `"`, `"""`, `sh"`, `sh"""`.
bool opensString(size_t type);
/// `(`, `[`, `{`, `${`, and the openings of strings.
bool opensBracket(size_t type);
/// Could be the first token of an expression.
bool startsExpression(size_t type);
/// Leaves something open that a value or a name must follow: `=`, `,`, an operator, `stage`.
bool wantsOperand(size_t type);
/// The keyword of a declaration, or `pub`.
bool startsDeclaration(size_t type);

} // namespace pipec::parse
