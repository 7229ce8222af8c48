// Precedence: which operator binds what (the table of docs/language.md, "Operator precedence").
#pragma once

#include "compiler/parse/expr_builder.h"

namespace pipec::parse {

/// A Pratt loop over the operands and operators of one flat expression.
class PrecedenceBuilder {
public:
  PrecedenceBuilder(ExprBuilder& exprs, PipeParser::ExprContext& expr);
  ast::ExprId build();

private:
  struct Operator {
    ast::BinaryOp op = ast::BinaryOp::Or;
    diagnostics::SourceRange range;
  };

  ExprBuilder& exprs;
  diagnostics::SourceRange whole;
  std::vector<PipeParser::OperandContext*> operands;
  std::vector<Operator> operators;
  size_t next = 0;       ///< operand to read; the operator before it is `next - 1`
  size_t nextPrefix = 0; ///< of that operand's prefix operators
  bool failed = false;   ///< too deep: nothing more is read

  bool atOperator(int level) const;
  ast::ExprId binary(int level);
  ast::ExprId prefix();
  ast::ExprId chain(ast::ExprId first, int level, std::vector<Operator> used);
};

} // namespace pipec::parse
