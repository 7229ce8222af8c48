// What the builders of the tree share: the file, the module being filled, and where reports go.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/parse/token_stream.h"

#include "PipeParser.h"

#include <string>

namespace pipec::parse {

using pipedsl::PipeParser;

struct BuildContext {
  llvm::StringRef text;
  diagnostics::SourceFileId file;
  diagnostics::DiagnosticEmitter emitter;
  ast::Module& module;

  diagnostics::SourceRange range(uint32_t begin, uint32_t end) const { return {file, begin, end}; }
  diagnostics::SourceRange rangeOf(const Token& token) const {
    return {file, token.begin, token.end};
  }
  /// From the first to the last token of a rule; empty at its start if it has read none.
  diagnostics::SourceRange rangeOf(const antlr4::ParserRuleContext& context) const;
  diagnostics::SourceRange rangeOf(antlr4::tree::TerminalNode& node) const {
    return rangeOf(*static_cast<const Token*>(node.getSymbol()));
  }
  llvm::StringRef slice(diagnostics::SourceRange range) const {
    return text.slice(range.begin, range.end);
  }

  /// The name at `ident`; an empty one at `place` if it could not be read.
  ast::Name name(PipeParser::IdentContext* ident, diagnostics::SourceRange place) const;
  /// At least one part, whatever could be read.
  ast::QualifiedName qualifiedName(PipeParser::QnameContext* qname,
                                   diagnostics::SourceRange place) const;
};

inline diagnostics::SourceRange
BuildContext::rangeOf(const antlr4::ParserRuleContext& context) const {
  const auto* first = static_cast<const Token*>(context.start);
  const auto* last = static_cast<const Token*>(context.stop);
  if (!first)
    return range(0, 0);
  bool empty = !last || last->end < first->begin || last->index < first->index;
  return range(first->begin, empty ? first->begin : last->end);
}

inline ast::Name BuildContext::name(PipeParser::IdentContext* ident,
                                    diagnostics::SourceRange place) const {
  if (!ident || !ident->start)
    return {{}, place};
  diagnostics::SourceRange where = rangeOf(*ident);
  return {slice(where).str(), where};
}

inline ast::QualifiedName BuildContext::qualifiedName(PipeParser::QnameContext* qname,
                                                      diagnostics::SourceRange place) const {
  ast::QualifiedName result;
  if (qname) {
    place = rangeOf(*qname);
    for (PipeParser::IdentContext* ident : qname->ident())
      result.parts.push_back(name(ident, place));
  }
  if (result.parts.empty())
    result.parts.push_back({{}, place});
  result.range = place;
  return result;
}

} // namespace pipec::parse
