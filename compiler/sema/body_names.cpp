// Look-up of body names.
#include "compiler/sema/body_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipec::sema {

using ast::ActionKind;
using llvm::StringRef;

namespace {

bool hasResolve(const ast::ActionDecl& action) {
  return llvm::any_of(action.items, [](const ast::ActionItem& item) {
    const auto* command = std::get_if<ast::CommandItem>(&item);
    return command && command->clause == ast::Clause::Resolve;
  });
}

std::optional<BodyNameRef> findOutput(const ExprChecker& checker, StringRef name) {
  const ActionInfo& info = checker.state.program.actionOf(checker.body.owner);
  for (uint32_t i = 0; i < info.outputs.size(); ++i)
    if (info.outputs[i].name == name)
      return BodyNameRef{BodyName::Out, i};
  return std::nullopt;
}

/// Whatever clause is being checked.
std::optional<BodyNameRef> findInAction(const ExprChecker& checker, StringRef name) {
  const ast::ActionDecl& action = *checker.body.action;
  auto found = [&](BodyName body) { return BodyNameRef{body, 0}; };
  switch (action.kind) {
  case ActionKind::Source:
    if (name == "id" && hasResolve(action))
      return found(BodyName::Id);
    return findOutput(checker, name);
  case ActionKind::Build:
    return findOutput(checker, name);
  case ActionKind::Test:
    return name == "report" ? std::optional(found(BodyName::Report)) : std::nullopt;
  case ActionKind::Deploy:
    return llvm::StringSwitch<std::optional<BodyNameRef>>(name)
        .Case("out", found(BodyName::Out))
        .Case("to", found(BodyName::To))
        .Case("release", found(BodyName::Release))
        .Case("previous", found(BodyName::Previous))
        .Default(std::nullopt);
  case ActionKind::Approve:
    return std::nullopt;
  }
  return std::nullopt;
}

bool existsInClause(BodyName name, std::optional<ast::Clause> clause) {
  switch (name) {
  case BodyName::Id:
    return clause == ast::Clause::Run;
  case BodyName::Release:
    return clause == ast::Clause::Run || clause == ast::Clause::Rollback;
  case BodyName::Previous:
    return clause == ast::Clause::Rollback;
  default:
    return true;
  }
}

} // namespace

std::optional<BodyNameRef> findBodyName(const ExprChecker& checker, StringRef name) {
  if (!checker.body.action || checker.body.place != Place::ActionBody)
    return std::nullopt;
  std::optional<BodyNameRef> found = findInAction(checker, name);
  if (!found || !existsInClause(found->name, checker.clause))
    return std::nullopt;
  return found;
}

bool reportForeignBodyName(ExprChecker& checker, StringRef name, SourceRange range) {
  StringRef home = llvm::StringSwitch<StringRef>(name)
                       .Case("out", "in the body of a source, build or deploy")
                       .Case("id", "in the `run` of a source that has a `resolve`")
                       .Case("report", "in the body of a test")
                       .Case("to", "in the body of a deploy")
                       .Case("release", "in the `run` and `rollback` of a deploy")
                       .Case("previous", "in the `rollback` of a deploy")
                       .Default("");
  if (home.empty())
    return false;
  auto report = checker.state.emit(Code::E0211, range, "`" + name + "` only exists " + home);
  const ast::ActionDecl* action = checker.body.action;
  bool namedOutputs =
      action && checker.state.program.actionOf(checker.body.owner).namedOutputs && name == "out";
  if (namedOutputs)
    report.help("the outputs of `" + action->name.text + "` have names of their own");
  return true;
}

bool reportTakenName(ExprChecker& checker, const ast::Name& name) {
  ModuleState& state = checker.state;
  auto report = [&](const llvm::Twine& what, SourceRange first) {
    auto builder = state.emit(Code::E0204, name.range, "`" + name.text + "` is already " + what);
    builder.label("choose another name; pipec has no shadowing");
    if (first.valid())
      builder.also(first, "declared here");
    return true;
  };
  if (checker.body.action && findInAction(checker, name.text))
    return report(
        "a name of its own in the body of " + withArticle(describe(checker.body.action->kind)), {});
  if (const Local* local = checker.scope.find(name.text)) {
    if (local->kind == Local::Kind::Param)
      return report("a parameter of `" + state.symbol(checker.body.owner).name + "`", local->range);
    return report("bound", local->range);
  }
  auto found = state.scope.names.find(name.text);
  if (found == state.scope.names.end())
    return false;
  SymbolId symbol = found->second.symbol;
  if (symbol.valid())
    return report(withArticle(describe(state.program, symbol)) + " of this module",
                  state.symbol(symbol).nameRange);
  return report("an imported module", state.syntax.uses[found->second.use].range);
}

} // namespace pipec::sema
