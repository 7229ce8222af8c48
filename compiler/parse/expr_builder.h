// Expressions: ANTLR's flat lists of operands and operators → the tree, by precedence.
#pragma once

#include "compiler/parse/build_context.h"

#include <vector>

namespace pipec::parse {

/// Builds the expressions of one module. Reports what the grammar lets pass: `if` without `else`
/// (E0106), chains of comparisons (E0107), numbers and strings that cannot be read, and trees that
/// are too deep (E0011). What cannot be read becomes ErrorExpr.
class ExprBuilder {
public:
  explicit ExprBuilder(BuildContext& context) : context(context) {}

  ast::ExprId build(PipeParser::ExprContext* expr);
  /// `ident suffix*`: a call statement.
  ast::ExprId buildCall(PipeParser::CallStmtContext& call);
  ast::ExprId error(diagnostics::SourceRange range);
  /// The rule that reads types, for others too: an invalid `type` gives a broken TypeExpr.
  ast::TypeExprId buildType(PipeParser::TypeContext* type, diagnostics::SourceRange place);

private:
  friend class PrecedenceBuilder;

  BuildContext& context;
  std::vector<uint16_t> depths; ///< of every expression, by id
  bool reportedDepth = false;   ///< for the outermost expression being built
  unsigned nesting = 0;
  unsigned recursion = 0; ///< of the Pratt loops, over all expressions that are being built

  ast::ExprId add(decltype(ast::Expr::node) node, diagnostics::SourceRange range,
                  std::initializer_list<ast::ExprId> children);
  ast::ExprId add(decltype(ast::Expr::node) node, diagnostics::SourceRange range, uint32_t depth);
  uint32_t depthOf(ast::ExprId id) const { return id ? depths[id.index] : 0; }
  uint32_t deepest(const std::vector<ast::ExprId>& children) const;
  ast::ExprId tooDeep(diagnostics::SourceRange range);
  diagnostics::SourceRange rangeOf(ast::ExprId id) const { return context.module.exprs[id].range; }

  /// A primary with its suffixes, without prefix operators. `negated`: a `-` stands before it.
  ast::ExprId buildOperand(PipeParser::OperandContext& operand, bool negated);
  ast::ExprId addSuffix(ast::ExprId base, PipeParser::SuffixContext& suffix);
  ast::ExprId buildPrimary(PipeParser::PrimaryContext* primary, diagnostics::SourceRange place,
                           bool negated);
  ast::ExprId buildName(PipeParser::IdentContext& ident);
  ast::ExprId buildLiteral(PipeParser::LiteralContext& literal, bool negated);
  ast::ExprId buildString(PipeParser::StringContext& string);
  ast::ExprId buildPatternText(PipeParser::StringContext& string);
  ast::ExprId buildList(PipeParser::ListContext& list);
  ast::ExprId buildEntries(PipeParser::ListBodyContext& body, diagnostics::SourceRange range);
  ast::ExprId buildComprehension(PipeParser::ListBodyContext& body, diagnostics::SourceRange range);
  ast::Binder buildBinder(PipeParser::BinderContext* binder, diagnostics::SourceRange place);
  ast::ExprId buildIf(PipeParser::IfExprContext& expr);
  ast::ExprId buildMatch(PipeParser::MatchExprContext& expr);
  ast::Pattern buildPattern(PipeParser::PatternContext& pattern);
};

} // namespace pipec::parse
