// Expressions and patterns.
#include "compiler/format/printer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::format {

using ast::BinaryOp;
using ast::ExprId;

// ---- parentheses ------------------------------------------------------------

/// Where what is inside the parentheses around an expression begins, if something in it could begin
/// with a parenthesis, too.
static ExprId firstOperand(const ast::Expr& expr) {
  if (const auto* binary = std::get_if<ast::BinaryExpr>(&expr.node))
    return binary->left;
  if (const auto* member = std::get_if<ast::MemberExpr>(&expr.node))
    return member->base;
  if (const auto* call = std::get_if<ast::CallExpr>(&expr.node))
    return call->callee;
  if (const auto* index = std::get_if<ast::IndexExpr>(&expr.node))
    return index->base;
  return {};
}

/// The range of an expression includes the parentheses around it.
bool Printer::isParenthesized(ExprId id) const {
  const ast::Expr& node = module.exprs[id];
  ExprId first = firstOperand(node);
  return first ? module.exprs[first].range.begin > node.range.begin : text[node.range.begin] == '(';
}

unsigned Printer::parenthesesAround(ExprId id) const {
  const ast::Expr& node = module.exprs[id];
  ExprId first = firstOperand(node);
  uint32_t inner = first ? module.exprs[first].range.begin : node.range.end;
  unsigned count = 0;
  for (SourceCursor ahead = cursor; ahead.next() < inner && ahead.skip("(");)
    ++count;
  return count;
}

void Printer::expr(ExprId id) {
  gap();
  unsigned parentheses = parenthesesAround(id);
  // Of several pairs one is kept; the comments between them go inside.
  if (parentheses > 0)
    token("(");
  for (unsigned extra = 1; extra < parentheses; ++extra)
    cursor.skip("(");
  gap();
  std::visit([&](const auto& node) { exprNode(node, id); }, module.exprs[id].node);
  for (unsigned extra = 1; extra < parentheses; ++extra)
    cursor.skip(")");
  if (parentheses > 0)
    token(")");
}

void Printer::exprNode(const ast::ErrorExpr&, ExprId) {
  llvm_unreachable("a module with errors is not formatted");
}

void Printer::exprNode(const ast::IntLiteral&, ExprId) {
  if (cursor.at("-")) // the smallest Int
    token("-");
  word();
}

// ---- lists ------------------------------------------------------------------

void Printer::exprNode(const ast::ListLiteral& node, ExprId) {
  list("[", "]", node.elements.size(), {}, [&](size_t index) { expr(node.elements[index]); });
}

Cell Printer::measured(uint32_t begin, llvm::function_ref<void(Printer&)> print) const {
  constexpr unsigned NotAligned = Unlimited;
  if (oneLine) // where nothing is aligned, it would be measured again on every level
    return {};
  Document written;
  Printer printer(source, module, cursor.movedTo(begin), written, /*oneLine=*/true);
  print(printer);
  std::string line = written.render(Unlimited);
  return {1, line.find('\n') == std::string::npos ? columnsOf(line) : NotAligned};
}

void Printer::exprNode(const ast::MapLiteral& node, ExprId) {
  if (node.entries.empty()) {
    token("[");
    token(":");
    token("]");
    return;
  }
  std::vector<Cell> cells;
  bool blank = false;
  for (const ast::MapEntry& entry : node.entries) {
    cells.push_back(measured(module.exprs[entry.key].range.begin,
                             [&](Printer& printer) { printer.expr(entry.key); }));
    cells.back().blankBefore = blank;
    blank = blankBehind(module.exprs[entry.value].range.end);
  }
  std::vector<unsigned> padding = align(cells);
  list("[", "]", node.entries.size(), {}, [&](size_t index) {
    expr(node.entries[index].key);
    token(":");
    doc.space(1, 1 + padding[index]);
    expr(node.entries[index].value);
  });
}

void Printer::exprNode(const ast::Comprehension& node, ExprId) {
  openBracket("[", /*obeysSource=*/true);
  doc.beginIndent();
  for (size_t index = 0; index < node.generators.size(); ++index) {
    const ast::Generator& generator = node.generators[index];
    lineBreak(index == 0 ? Break::Nothing : Break::Space, index == 0);
    doc.beginGroup();
    token("for");
    doc.space();
    binder();
    if (generator.second) {
      token(",");
      doc.space();
      binder();
    }
    spaced("in");
    expr(generator.iterable);
    if (generator.condition) {
      doc.beginIndent();
      lineBreak(Break::Space, false);
      token("if");
      doc.space();
      expr(generator.condition);
      doc.endIndent();
    }
    doc.endGroup();
  }
  lineBreak(Break::Space, false);
  token("=>");
  doc.space();
  if (node.key) {
    expr(node.key);
    token(":");
    doc.space();
  }
  expr(node.value);
  commentsBeforeClosing(false);
  doc.endIndent();
  doc.line(Break::Nothing);
  token("]");
  doc.endGroup();
}

// ---- calls ------------------------------------------------------------------

void Printer::exprNode(const ast::MemberExpr& node, ExprId) {
  expr(node.base);
  token(".");
  word();
}

void Printer::exprNode(const ast::IndexExpr& node, ExprId) {
  expr(node.base);
  token("[");
  expr(node.index);
  token("]");
}

bool Printer::isHuggable(ExprId id) const {
  const auto& node = module.exprs[id].node;
  bool bracketed = std::holds_alternative<ast::ListLiteral>(node) ||
                   std::holds_alternative<ast::MapLiteral>(node) ||
                   std::holds_alternative<ast::Comprehension>(node);
  return bracketed && !isParenthesized(id);
}

static bool isBlock(const ast::Expr& expr) {
  const auto* string = std::get_if<ast::StringLiteral>(&expr.node);
  return string &&
         (string->form == ast::StringForm::Block || string->form == ast::StringForm::ShellBlock);
}

void Printer::exprNode(const ast::CallExpr& node, ExprId) {
  expr(node.callee);
  ListStyle style;
  if (!node.arguments.empty()) {
    ExprId last = node.arguments.back().value;
    bool isAlone = node.arguments.size() == 1;
    style.hugs = isBlock(module.exprs[last]) || (isAlone && isHuggable(last));
    style.obeysSource = !(style.hugs && isAlone);
  }
  list("(", ")", node.arguments.size(), style, [&](size_t index) {
    const ast::Argument& argument = node.arguments[index];
    if (argument.name) {
      word();
      spaced("=");
    }
    expr(argument.value);
  });
}

// ---- operators --------------------------------------------------------------

void Printer::exprNode(const ast::UnaryExpr& node, ExprId) {
  if (node.op == ast::UnaryOp::Not) {
    token("not");
    doc.space();
  } else {
    token("-");
  }
  expr(node.operand);
}

namespace {

struct Sign {
  llvm::StringLiteral text;
  int chain; ///< operators of one number are broken together
};

/// By BinaryOp.
constexpr Sign Signs[] = {{"or", 1}, {"and", 2}, {"==", 3}, {"!=", 3}, {"<", 3},  {"<=", 3},
                          {">", 3},  {">=", 3},  {"in", 3}, {"??", 4}, {"..", 5}, {"+", 6},
                          {"-", 6},  {"*", 7},   {"/", 7},  {"%", 7}};

const Sign& signOf(BinaryOp op) {
  return Signs[static_cast<size_t>(op)];
}

} // namespace

void Printer::exprNode(const ast::BinaryExpr& node, ExprId id) {
  auto isCompound = [&](ExprId operand) {
    return std::holds_alternative<ast::BinaryExpr>(module.exprs[operand].node) &&
           !isParenthesized(operand);
  };
  if (node.op == BinaryOp::Range && !isCompound(node.left) && !isCompound(node.right)) {
    expr(node.left);
    token("..");
    expr(node.right);
    return;
  }
  // `a + b + c` leans to the left, `a ?? b ?? c` to the right.
  int chain = signOf(node.op).chain;
  auto continues = [&](ExprId operand) {
    return isCompound(operand) &&
           signOf(std::get<ast::BinaryExpr>(module.exprs[operand].node).op).chain == chain;
  };
  auto binary = [&](ExprId at) -> const ast::BinaryExpr& {
    return std::get<ast::BinaryExpr>(module.exprs[at].node);
  };
  std::vector<std::pair<BinaryOp, ExprId>> rest;
  ExprId first = id;
  do {
    rest.emplace_back(binary(first).op, binary(first).right);
    first = binary(first).left;
  } while (continues(first));
  doc.beginGroup();
  expr(first);
  doc.beginIndent();
  while (!rest.empty()) {
    auto [op, operand] = rest.back();
    rest.pop_back();
    while (continues(operand)) {
      rest.emplace_back(binary(operand).op, binary(operand).right);
      operand = binary(operand).left;
    }
    lineBreak(Break::Space, false);
    token(signOf(op).text);
    doc.space();
    expr(operand);
  }
  doc.endIndent();
  doc.endGroup();
}

// ---- if and match -----------------------------------------------------------

void Printer::branch(ExprId value) {
  doc.space();
  token("{");
  if (!oneLine && cursor.atNewLine())
    doc.breakGroup();
  doc.beginIndent();
  lineBreak(Break::Space, true);
  expr(value);
  commentsBeforeClosing(false);
  doc.endIndent();
  doc.line(Break::Space);
  token("}");
}

void Printer::exprNode(const ast::IfExpr& node, ExprId) {
  doc.beginGroup();
  for (const ast::IfExpr* link = &node;;) {
    token("if");
    doc.space();
    expr(link->condition);
    branch(link->thenValue);
    spaced("else");
    if (cursor.at("{")) {
      branch(link->elseValue);
      break;
    }
    link = &std::get<ast::IfExpr>(module.exprs[link->elseValue].node);
  }
  doc.endGroup();
}

void Printer::exprNode(const ast::MatchExpr& node, ExprId) {
  token("match");
  doc.space();
  expr(node.subject);
  doc.space();
  std::vector<Cell> cells;
  bool blank = false;
  for (const ast::MatchArm& arm : node.arms) {
    cells.push_back(measured(arm.alternatives.front().range.begin,
                             [&](Printer& printer) { printer.patterns(arm); }));
    cells.back().blankBefore = blank;
    blank = blankBehind(arm.range.end);
  }
  std::vector<unsigned> padding = align(cells);
  list("{", "}", node.arms.size(), {Break::Space}, [&](size_t index) {
    const ast::MatchArm& arm = node.arms[index];
    patterns(arm);
    doc.space(1, 1 + padding[index]);
    token("=>");
    doc.space();
    expr(arm.value);
  });
}

void Printer::patterns(const ast::MatchArm& arm) {
  for (const ast::Pattern& alternative : arm.alternatives) {
    if (&alternative != &arm.alternatives.front())
      spaced("|");
    pattern(alternative);
  }
}

void Printer::pattern(const ast::Pattern& node) {
  if (const auto* name = std::get_if<ast::NamePattern>(&node.node)) {
    qualifiedName(name->name);
    if (name->argument) {
      token("(");
      binder();
      token(")");
    }
    return;
  }
  if (cursor.at("\"")) {
    gap();
    plainString();
    return;
  }
  if (cursor.at("-"))
    token("-");
  word();
}

} // namespace pipec::format
