// TokenStream: the tokens of one file as ANTLR's parser reads them, and as repairs change them.
#pragma once

#include "compiler/parse/token.h"

#include <deque>
#include <vector>

namespace pipec::parse {

/// Tokens keep their addresses; the last is always EOF.
class TokenStream final : public antlr4::TokenStream {
public:
  explicit TokenStream(std::vector<Token> tokens);

  Token& at(size_t index) const { return *order[std::min(index, order.size() - 1)]; }
  Token& current() const { return at(cursor); }
  Token& ahead(size_t distance) const { return at(cursor + distance); }
  /// The token before the current one, or null at the start.
  Token* previous() const { return cursor == 0 ? nullptr : order[cursor - 1]; }

  /// Puts a virtual token, without text, before the current one, which the parser then reads first.
  void insertBeforeCurrent(size_t type);

  size_t LA(ssize_t distance) override;
  antlr4::Token* LT(ssize_t distance) override;
  antlr4::Token* get(size_t index) const override { return &at(index); }
  void consume() override;
  size_t index() override { return cursor; }
  void seek(size_t index) override { cursor = std::min(index, order.size() - 1); }
  size_t size() override { return order.size(); }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}

  // ANTLR asks for these only to make messages of its own, which are never shown.
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

private:
  std::deque<Token> storage;
  std::vector<Token*> order;
  size_t cursor = 0;
};

} // namespace pipec::parse
