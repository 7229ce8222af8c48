// Expectation: what the parser could have gone on with, in the words of the language's users.
#pragma once

#include "compiler/parse/token_stream.h"

#include "PipeParser.h"

#include <string>

namespace pipec::parse {

using pipedsl::PipeParser;

/// What could have stood at a place: `` `,` or `)` ``; `a value`. Never a name of the grammar.
/// `parser` is in the state of the failure. `offending` is where it failed: the current token, or
/// one behind it that was looked at in advance.
std::string describeExpected(PipeParser& parser, const TokenStream& tokens, size_t offending);

/// `` `)` ``, `the end of the file`.
std::string describeFound(const Token& token, llvm::StringRef text);

/// Where that was: ` in the body of build `site``, with a space before it; empty at the top level.
std::string describePlace(antlr4::ParserRuleContext* context, llvm::StringRef text);

/// The text of a rule's tokens in the file.
llvm::StringRef textOf(const antlr4::ParserRuleContext& context, llvm::StringRef text);

} // namespace pipec::parse
