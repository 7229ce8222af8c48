// What `run`, `resolve`, `rollback` and `probe` take.
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/expr_text.h"
#include "compiler/sema/type_rules.h"

namespace pipec::sema {

bool isVectorElement(const TypeTable& types, TypeId type) {
  switch (types.kind(type)) {
  case TypeKind::Error:
  case TypeKind::Vector:
  case TypeKind::String:
  case TypeKind::Arg:
    return true;
  case TypeKind::List:
    return isVectorElement(types, types[type].element);
  default:
    return isArtifact(types, type);
  }
}

void checkCommand(ExprChecker& checker, ast::Clause clause, ExprId command) {
  ModuleState& state = checker.state;
  checker.clause = clause;
  TypeId type = checker.check(command, {.vector = true});
  checker.clause.reset();
  switch (checker.types.kind(type)) {
  case TypeKind::Error:
  case TypeKind::Command:
  case TypeKind::List:
  case TypeKind::Vector:
    break;
  default: {
    SourceRange range = state.rangeOf(command);
    auto report = state.emit(Code::E0401, range,
                             "`" + spell(clause) +
                                 "` wants a `sh\"…\"` or a list of arguments, "
                                 "this is " +
                                 withArticle(state.show(type)));
    if (state.as<ast::StringLiteral>(command))
      report.fix({range.file, range.begin, range.begin}, "sh",
                 "`sh" + textOr(state, command, "\"…\"") + "`");
    else
      report.help("`" + spell(clause) + " [program, argument, …]`");
    return;
  }
  }
  const auto* list = state.as<ast::ListLiteral>(command);
  if (list && list->elements.empty())
    state.emit(Code::E0401, state.rangeOf(command), "a command needs at least the program's name");
}

} // namespace pipec::sema
