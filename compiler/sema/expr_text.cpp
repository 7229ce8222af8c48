// Rendering of short expressions.
#include "compiler/sema/expr_text.h"

#include "compiler/sema/type_rules.h"

namespace pipec::sema {

using llvm::StringRef;

/// More would not help in a message.
static constexpr size_t LongestText = 40;

static std::string literalText(const ast::StringLiteral& literal) {
  bool simple = literal.form == ast::StringForm::Line && literal.parts.size() <= 1;
  if (!simple || (!literal.parts.empty() && literal.parts.front().hole.valid()))
    return "";
  std::string text = literal.parts.empty() ? "" : literal.parts.front().text;
  bool plain = StringRef(text).find_first_of("\"\\\n\r\t$") == StringRef::npos;
  return plain ? "\"" + text + "\"" : "";
}

static std::string callText(const ModuleState& state, const ast::CallExpr& call) {
  std::string callee = shownText(state, call.callee);
  if (callee.empty() || call.arguments.size() > 1)
    return callee.empty() ? "" : callee + "(…)";
  if (call.arguments.empty())
    return callee + "()";
  const ast::Argument& only = call.arguments.front();
  return callee + "(" + (only.name ? only.name->text + " = " : "") +
         textOr(state, only.value, "…") + ")";
}

std::string shownText(const ModuleState& state, ExprId expr) {
  std::string text;
  if (!expr.valid())
    return text;
  if (const auto* name = state.as<ast::NameExpr>(expr))
    text = name->text;
  else if (const auto* number = state.as<ast::IntLiteral>(expr))
    text = std::to_string(number->value);
  else if (const auto* boolean = state.as<ast::BoolLiteral>(expr))
    text = boolean->value ? "true" : "false";
  else if (const auto* literal = state.as<ast::StringLiteral>(expr))
    text = literalText(*literal);
  else if (const auto* call = state.as<ast::CallExpr>(expr))
    text = callText(state, *call);
  else if (const auto* member = state.as<ast::MemberExpr>(expr)) {
    std::string base = shownText(state, member->base);
    text = base.empty() ? "" : base + "." + member->member.text;
  }
  return text.size() <= LongestText ? text : "";
}

std::string textOr(const ModuleState& state, ExprId expr, StringRef other) {
  std::string text = shownText(state, expr);
  return text.empty() ? other.str() : text;
}

std::string quotedOr(const ModuleState& state, ExprId expr, StringRef other) {
  std::string text = shownText(state, expr);
  return text.empty() ? other.str() : "`" + text + "`";
}

/// What a variable was bound to; the expression itself if it is none.
static ExprId originOf(const ExprChecker& checker, ExprId expr) {
  const auto* name = checker.state.as<ast::NameExpr>(expr);
  if (!name)
    return expr;
  for (const Local& local : checker.scope.visible())
    if (local.name == name->text && local.value.valid())
      return local.value;
  return expr;
}

std::string textOfBuilt(const ExprChecker& checker, ExprId each) {
  const auto* call = checker.state.as<ast::CallExpr>(originOf(checker, each));
  const auto* member = call ? checker.state.as<ast::MemberExpr>(call->callee) : nullptr;
  return member ? shownText(checker.state, member->base) : "";
}

std::string labelOfArg(ExprChecker& checker, ExprId text) {
  const auto* literal = checker.state.as<ast::StringLiteral>(originOf(checker, text));
  if (literal)
    for (const ast::StringPart& part : literal->parts) {
      TypeId type = part.hole.valid() ? checker.state.tables.types[part.hole] : TypeId{};
      std::string shown = shownText(checker.state, part.hole);
      if (type.valid() && isArtifact(checker.types, type) && !shown.empty())
        return "Arg: it mentions `" + shown + "`, whose path is chosen in the sandbox";
    }
  return "Arg: its paths are chosen in the sandbox";
}

std::string placeholderOf(const TypeTable& types, TypeId type) {
  switch (types.kind(type)) {
  case TypeKind::String:
  case TypeKind::Arg:
    return "\"\"";
  case TypeKind::Int:
    return "0";
  case TypeKind::Bool:
    return "false";
  case TypeKind::Duration:
    return "0s";
  case TypeKind::Size:
    return "0B";
  case TypeKind::List:
  case TypeKind::Each:
    return "[]";
  case TypeKind::Map:
    return "[:]";
  case TypeKind::Optional:
    return "none";
  default:
    return "";
  }
}

} // namespace pipec::sema
