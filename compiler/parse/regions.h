// Regions: which part of the text an error spoils, and where the parser goes on behind it.
#pragma once

#include "compiler/parse/expectation.h"
#include "compiler/parse/token_stream.h"

namespace pipec::parse {

/// The offset at which the region around `context` begins.
uint32_t regionBegin(const antlr4::ParserRuleContext* context);

/// The offset of the first token on the line of the token at `index`.
uint32_t lineBegin(const TokenStream& tokens, size_t index);

/// The `{` of a body that `context` is (a declaration or stage whose body has begun), or null.
Token* openBody(antlr4::ParserRuleContext& context);

/// The `{` of the innermost such body around `context`, or null.
Token* openBodyAround(antlr4::ParserRuleContext& context);

/// The index of the first token from `from` on that begins an item of the body that `open` opens,
/// or closes the body. `kind` is the rule of the body.
size_t nextItem(const TokenStream& tokens, size_t from, const Token& open, size_t kind);

/// The index of the next declaration, or of the end of the file.
size_t nextDeclaration(const TokenStream& tokens, size_t from);

/// The index of the first token of one of `types` that stands in no bracket begun since `from`;
/// nullopt if the brackets around it, or the declaration, end before.
std::optional<size_t> findAtDepth(const TokenStream& tokens, size_t from,
                                  std::initializer_list<size_t> types);

/// Where the parser goes on when an error reaches the rule `context`: the index of the next token
/// to read behind the rule; nullopt if the rule is no region, and the rules around it must see.
std::optional<size_t> resumeBehind(antlr4::ParserRuleContext& context, const TokenStream& tokens);

} // namespace pipec::parse
