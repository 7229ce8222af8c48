// The Pratt loop, and chains of comparisons.
#include "compiler/parse/precedence.h"

#include "compiler/parse/parse.h"

namespace pipec::parse {

using ast::BinaryOp;
using ast::ExprId;
using diagnostics::Code;
using diagnostics::SourceRange;

/// Binding levels, loosest first.
enum Level : int { LevelOr = 1, LevelAnd, LevelNot, LevelCompare, LevelCoalesce, LevelRange };
constexpr int LevelAdd = LevelRange + 1;
constexpr int LevelMultiply = LevelAdd + 1;

static int levelOf(BinaryOp op) {
  switch (op) {
  case BinaryOp::Or:
    return LevelOr;
  case BinaryOp::And:
    return LevelAnd;
  case BinaryOp::Equal:
  case BinaryOp::NotEqual:
  case BinaryOp::Less:
  case BinaryOp::LessEqual:
  case BinaryOp::Greater:
  case BinaryOp::GreaterEqual:
  case BinaryOp::In:
    return LevelCompare;
  case BinaryOp::Coalesce:
    return LevelCoalesce;
  case BinaryOp::Range:
    return LevelRange;
  case BinaryOp::Add:
  case BinaryOp::Subtract:
    return LevelAdd;
  case BinaryOp::Multiply:
  case BinaryOp::Divide:
  case BinaryOp::Remainder:
    return LevelMultiply;
  }
  llvm_unreachable("every operator has a level");
}

static BinaryOp operatorOf(size_t type) {
  switch (type) {
  case PipeLexer::OR:
    return BinaryOp::Or;
  case PipeLexer::AND:
    return BinaryOp::And;
  case PipeLexer::EQ:
    return BinaryOp::Equal;
  case PipeLexer::NE:
    return BinaryOp::NotEqual;
  case PipeLexer::LT:
    return BinaryOp::Less;
  case PipeLexer::LE:
    return BinaryOp::LessEqual;
  case PipeLexer::GT:
    return BinaryOp::Greater;
  case PipeLexer::GE:
    return BinaryOp::GreaterEqual;
  case PipeLexer::IN:
    return BinaryOp::In;
  case PipeLexer::QQ:
    return BinaryOp::Coalesce;
  case PipeLexer::RANGE:
    return BinaryOp::Range;
  case PipeLexer::PLUS:
    return BinaryOp::Add;
  case PipeLexer::MINUS:
    return BinaryOp::Subtract;
  case PipeLexer::STAR:
    return BinaryOp::Multiply;
  case PipeLexer::SLASH:
    return BinaryOp::Divide;
  default:
    return BinaryOp::Remainder;
  }
}

PrecedenceBuilder::PrecedenceBuilder(ExprBuilder& exprs, PipeParser::ExprContext& expr)
    : exprs(exprs), whole(exprs.context.rangeOf(expr)), operands(expr.operand()) {
  for (PipeParser::BinaryOpContext* op : expr.binaryOp())
    if (op->start)
      operators.push_back(
          {operatorOf(static_cast<const Token*>(op->start)->type), exprs.context.rangeOf(*op)});
}

ExprId PrecedenceBuilder::build() {
  if (operands.empty())
    return exprs.error(whole);
  // An operator whose operand could not be read makes the whole expression unknown.
  if (operators.size() + 1 != operands.size())
    return exprs.error(whole);
  ExprId result = binary(LevelOr);
  return failed ? exprs.tooDeep(whole) : result;
}

bool PrecedenceBuilder::atOperator(int level) const {
  return !failed && next < operands.size() && levelOf(operators[next - 1].op) == level;
}

ExprId PrecedenceBuilder::binary(int level) {
  // `??` and `not` recurse here once per operator, without any bracket.
  if (exprs.recursion >= MaxExprDepth)
    failed = true;
  if (failed)
    return exprs.error(whole);
  ++exprs.recursion;
  ExprId left = prefix();
  for (int at = LevelMultiply; at >= level; --at) {
    if (!atOperator(at))
      continue;
    if (at == LevelCompare || at == LevelRange) {
      left = chain(left, at, {});
    } else {
      while (atOperator(at)) {
        Operator used = operators[next - 1];
        ExprId right = binary(at == LevelCoalesce ? at : at + 1);
        SourceRange range = diagnostics::join(exprs.rangeOf(left), exprs.rangeOf(right));
        left = exprs.add(ast::BinaryExpr{used.op, left, right, used.range}, range, {left, right});
      }
    }
  }
  --exprs.recursion;
  return left;
}

ExprId PrecedenceBuilder::prefix() {
  PipeParser::OperandContext& operand = *operands[next];
  size_t mine = nextPrefix;
  // NOT and MINUS stand in the order of the children, before the primary.
  auto* sign = mine < operand.children.size()
                   ? dynamic_cast<antlr4::tree::TerminalNode*>(operand.children[mine])
                   : nullptr;
  if (!sign) {
    ++next;
    nextPrefix = 0;
    return exprs.buildOperand(operand, false);
  }
  SourceRange signRange = exprs.context.rangeOf(*sign);
  bool isNot = static_cast<const Token*>(sign->getSymbol())->is(PipeLexer::NOT);
  bool isLast = mine + 1 >= operand.children.size() ||
                !dynamic_cast<antlr4::tree::TerminalNode*>(operand.children[mine + 1]);
  if (!isNot && isLast) {
    // The smallest Int has no positive counterpart, so the sign is part of the literal.
    ++next;
    nextPrefix = 0;
    ExprId inner = exprs.buildOperand(operand, true);
    auto* literal = std::get_if<ast::IntLiteral>(&exprs.context.module.exprs[inner].node);
    bool bare = exprs.context.text[exprs.rangeOf(inner).begin] != '('; // `-(-9…8)` is no literal
    if (literal && literal->value < 0 && bare) {
      exprs.context.module.exprs[inner].range = diagnostics::join(signRange, exprs.rangeOf(inner));
      return inner;
    }
    return exprs.add(ast::UnaryExpr{ast::UnaryOp::Negate, inner},
                     diagnostics::join(signRange, exprs.rangeOf(inner)), {inner});
  }
  nextPrefix = mine + 1;
  ExprId inner = binary(isNot ? LevelCompare : LevelMultiply + 1);
  return exprs.add(ast::UnaryExpr{isNot ? ast::UnaryOp::Not : ast::UnaryOp::Negate, inner},
                   diagnostics::join(signRange, exprs.rangeOf(inner)), {inner});
}

/// Operators that do not associate: one is fine, several are E0107.
ExprId PrecedenceBuilder::chain(ExprId first, int level, std::vector<Operator> used) {
  std::vector<ExprId> links = {first};
  while (atOperator(level)) {
    used.push_back(operators[next - 1]);
    links.push_back(binary(level + 1));
  }
  SourceRange range = diagnostics::join(exprs.rangeOf(links.front()), exprs.rangeOf(links.back()));
  if (used.size() == 1)
    return exprs.add(ast::BinaryExpr{used[0].op, links[0], links[1], used[0].range}, range,
                     {links[0], links[1]});
  BuildContext& context = exprs.context;
  bool compares = level == LevelCompare;
  auto builder = context.emitter.emit(
      Code::E0107, range, compares ? "comparisons cannot be chained" : "ranges cannot be chained");
  if (compares) {
    auto text = [&](SourceRange at) { return context.slice(at).str(); };
    std::string pairs;
    for (size_t i = 0; i < used.size(); ++i)
      pairs += (i == 0 ? "" : " and ") + text(exprs.rangeOf(links[i])) + " " + text(used[i].range) +
               " " + text(exprs.rangeOf(links[i + 1]));
    builder.fix(range, pairs);
  }
  return exprs.error(range);
}

} // namespace pipec::parse
