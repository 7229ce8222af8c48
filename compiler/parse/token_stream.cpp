// The stream behind ANTLR's parser.
#include "compiler/parse/token_stream.h"

#include <cassert>

namespace pipec::parse {

TokenStream::TokenStream(std::vector<Token> tokens) {
  assert(!tokens.empty() && tokens.back().is(antlr4::Token::EOF));
  order.reserve(tokens.size());
  for (Token& token : tokens) {
    token.index = order.size();
    order.push_back(&storage.emplace_back(std::move(token)));
  }
}

void TokenStream::insertBeforeCurrent(size_t type) {
  Token token;
  token.type = type;
  token.isVirtual = true;
  token.begin = token.end = cursor == 0 ? 0 : order[cursor - 1]->end;
  token.depth = order[cursor]->depth;
  order.insert(order.begin() + static_cast<ptrdiff_t>(cursor), &storage.emplace_back(token));
  for (size_t index = cursor; index < order.size(); ++index)
    order[index]->index = index;
}

size_t TokenStream::LA(ssize_t distance) {
  return LT(distance) ? LT(distance)->getType() : antlr4::Token::INVALID_TYPE;
}

antlr4::Token* TokenStream::LT(ssize_t distance) {
  if (distance > 0)
    return &at(cursor + static_cast<size_t>(distance) - 1);
  auto back = static_cast<size_t>(-distance);
  return distance == 0 || back > cursor ? nullptr : order[cursor - back];
}

void TokenStream::consume() {
  assert(!order[cursor]->is(antlr4::Token::EOF));
  ++cursor;
}

} // namespace pipec::parse
