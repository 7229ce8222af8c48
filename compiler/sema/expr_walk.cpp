// Children of expressions.
#include "compiler/sema/expr_walk.h"

namespace pipec::sema {

using ast::ExprId;

namespace {

struct ChildVisitor {
  llvm::function_ref<void(ExprId)> visit;

  void child(ExprId expr) const {
    if (expr.valid())
      visit(expr);
  }

  void operator()(const ast::StringLiteral& literal) const {
    for (const ast::StringPart& part : literal.parts)
      child(part.hole);
  }
  void operator()(const ast::ListLiteral& list) const {
    for (ExprId element : list.elements)
      child(element);
  }
  void operator()(const ast::MapLiteral& map) const {
    for (const ast::MapEntry& entry : map.entries) {
      child(entry.key);
      child(entry.value);
    }
  }
  void operator()(const ast::Comprehension& loop) const {
    for (const ast::Generator& generator : loop.generators) {
      child(generator.iterable);
      child(generator.condition);
    }
    child(loop.key);
    child(loop.value);
  }
  void operator()(const ast::IfExpr& branch) const {
    child(branch.condition);
    child(branch.thenValue);
    child(branch.elseValue);
  }
  void operator()(const ast::MatchExpr& match) const {
    child(match.subject);
    for (const ast::MatchArm& arm : match.arms)
      child(arm.value);
  }
  void operator()(const ast::UnaryExpr& unary) const { child(unary.operand); }
  void operator()(const ast::BinaryExpr& binary) const {
    child(binary.left);
    child(binary.right);
  }
  void operator()(const ast::MemberExpr& member) const { child(member.base); }
  void operator()(const ast::CallExpr& call) const {
    child(call.callee);
    for (const ast::Argument& argument : call.arguments)
      child(argument.value);
  }
  void operator()(const ast::IndexExpr& index) const {
    child(index.base);
    child(index.index);
  }
  template <class Leaf> void operator()(const Leaf&) const {}
};

} // namespace

void forEachChild(const ast::Module& module, ExprId expr, llvm::function_ref<void(ExprId)> visit) {
  std::visit(ChildVisitor{visit}, module.exprs[expr].node);
}

void forEachName(const ast::Module& module, ExprId expr,
                 llvm::function_ref<void(const ast::NameExpr&)> visit) {
  if (!expr.valid())
    return;
  if (const auto* name = std::get_if<ast::NameExpr>(&module.exprs[expr].node))
    visit(*name);
  forEachChild(module, expr, [&](ExprId child) { forEachName(module, child, visit); });
}

} // namespace pipec::sema
