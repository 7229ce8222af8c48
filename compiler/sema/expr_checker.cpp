// Dispatch by kind of expression, and the names of a body.
#include "compiler/sema/expr_checker.h"

#include "compiler/sema/body_names.h"
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/resolve_type.h"
#include "compiler/sema/type_rules.h"

namespace pipec::sema {

namespace {

template <class... Cases> struct Overloaded : Cases... { using Cases::operator()...; };
template <class... Cases> Overloaded(Cases...) -> Overloaded<Cases...>;

bool accepts(const TypeTable& types, TypeId got, const Expected& expected) {
  if (expected.vector)
    return isVectorElement(types, got) || types.is(got, TypeKind::Command);
  if (!expected.type.valid() || isSubtype(types, got, expected.type))
    return true;
  return expected.eachForList && types.is(got, TypeKind::Each) &&
         types.is(expected.type, TypeKind::List) &&
         isSubtype(types, types[got].element, types[expected.type].element);
}

} // namespace

TypeId ExprChecker::check(ExprId expr, const Expected& expected) {
  if (!expr.valid())
    return state.error();
  TypeId got = checkNode(expr, expected);
  state.tables.types[expr] = got;
  if (!accepts(types, got, expected)) {
    reportMismatch(*this, expr, got, expected);
    got = state.error();
  } else if (types.is(got, TypeKind::None) && expected.type.valid()) {
    got = expected.type;
  }
  state.tables.types[expr] = got;
  return got;
}

TypeId ExprChecker::inferKnown(ExprId expr) {
  TypeId type = infer(expr);
  if (!contains(state.program, type, TypeKind::None))
    return type;
  state.emit(Code::E0412, state.rangeOf(expr), "the type of `none` is not known here")
      .help("say it: `let tag: String? = none`");
  return state.error();
}

TypeId ExprChecker::checkNode(ExprId expr, const Expected& expected) {
  auto simple = [&](TypeKind kind) { return types.simple(kind); };
  const ast::Expr& node = state.syntax.exprs[expr];
  return std::visit(
      Overloaded{
          [&](const ast::ErrorExpr&) { return state.error(); },
          [&](const ast::IntLiteral&) { return simple(TypeKind::Int); },
          [&](const ast::DurationLiteral&) { return simple(TypeKind::Duration); },
          [&](const ast::SizeLiteral&) { return simple(TypeKind::Size); },
          [&](const ast::BoolLiteral&) { return simple(TypeKind::Bool); },
          [&](const ast::NoneLiteral&) { return simple(TypeKind::None); },
          [&](const ast::StringLiteral& literal) {
            return literal.isShell() ? checkShell(*this, expr, literal)
                                     : checkString(*this, expr, literal, expected);
          },
          [&](const ast::NameExpr&) { return valueOf(expr, resolve(expr)); },
          [&](const ast::MemberExpr&) { return valueOf(expr, resolve(expr)); },
          [&](const ast::ListLiteral& list) { return checkList(*this, expr, list, expected); },
          [&](const ast::MapLiteral& map) { return checkMap(*this, expr, map, expected); },
          [&](const ast::Comprehension& loop) {
            return checkComprehension(*this, expr, loop, expected);
          },
          [&](const ast::IfExpr& branch) { return checkIf(*this, branch, expected); },
          [&](const ast::MatchExpr& match) { return checkMatch(*this, expr, match, expected); },
          [&](const ast::UnaryExpr& unary) { return checkUnary(*this, unary); },
          [&](const ast::BinaryExpr& binary) { return checkBinary(*this, binary, expected); },
          [&](const ast::CallExpr& call) { return checkCall(*this, expr, call); },
          [&](const ast::IndexExpr& index) { return checkIndex(*this, index); },
      },
      node.node);
}

Entity ExprChecker::resolve(ExprId expr) {
  Entity entity;
  if (const auto* name = state.as<ast::NameExpr>(expr))
    entity = resolveName(*this, expr, *name);
  else if (const auto* member = state.as<ast::MemberExpr>(expr))
    entity = resolveMember(*this, expr, *member);
  else
    entity = {.kind = Entity::Kind::Value, .type = infer(expr)};
  if (entity.kind == Entity::Kind::Value)
    state.tables.types[expr] = entity.type;
  return entity;
}

/// What is no value is explained by what can be done with it.
TypeId ExprChecker::valueOf(ExprId expr, const Entity& entity) {
  SourceRange range = state.rangeOf(expr);
  auto refuse = [&](const std::string& what, const std::string& help) {
    const auto* name = state.as<ast::NameExpr>(expr);
    std::string subject = name ? "`" + name->text + "`" : "this";
    state.emit(Code::E0401, range, subject + " is " + what + ", not a value").help(help);
    return state.error();
  };
  switch (entity.kind) {
  case Entity::Kind::Error:
    return state.error();
  case Entity::Kind::Value:
    return entity.type;
  case Entity::Kind::Module:
    return refuse("a module", "name what you mean in it: `git.checkout(…)`");
  case Entity::Kind::PreludeFn:
    return refuse("a function", "call it");
  case Entity::Kind::Method: {
    SourceRange end{range.file, range.end, range.end};
    state.emit(Code::E0401, range, "this is a function, not a value").fix(end, "()", "call it");
    return state.error();
  }
  case Entity::Kind::To:
    return refuse("the environment", "its name is `to.name`, its address `to.url`");
  case Entity::Kind::Declaration:
    break;
  }
  std::string name = state.show(entity.symbol);
  std::string what = withArticle(describe(state.program, entity.symbol));
  switch (state.symbol(entity.symbol).kind) {
  case SymbolKind::Enum:
    return refuse(what, "name a member: `" + name + "." +
                            (state.program.enumOf(entity.symbol).members.empty()
                                 ? "…"
                                 : state.program.enumOf(entity.symbol).members.front()) +
                            "`");
  case SymbolKind::Environment:
    return refuse(what, "an environment is named where a deploy is called: `to = " + name + "`");
  case SymbolKind::Evidence:
    return refuse(what, "evidence is part of a type: `Dir with " + name + "`");
  case SymbolKind::Pipeline:
    return refuse(what, "pipelines are what `pipec build` is asked for");
  default:
    return refuse(what, "call it: `" + name + "(…)`");
  }
}

void ExprChecker::bind(const ast::Name& name, Local local) {
  if (name.text.empty())
    return;
  boundLater.erase(name.text);
  conditional.erase(name.text);
  if (reportTakenName(*this, name))
    local.type = state.error(); // which of the two is meant further down cannot be known
  if (Local* other = scope.find(name.text)) {
    other->type = state.error();
    other->used = true;
    return;
  }
  local.name = name.text;
  local.range = name.range;
  scope.declare(local);
}

SlotId ExprChecker::declare(const ast::Binder& binder, TypeId type) {
  if (!binder.name)
    return {};
  SlotId slot = scope.newSlot();
  bind(*binder.name, {.kind = Local::Kind::Binder, .slot = slot, .type = type});
  return slot;
}

void ExprChecker::declareParams(llvm::ArrayRef<ast::Param> params,
                                llvm::ArrayRef<ParamInfo> infos) {
  Place place = std::exchange(body.place, Place::Default);
  for (const ast::Param& param : params) {
    scope.newSlot();
    boundLater.try_emplace(param.name.text, param.name.range);
  }
  for (uint32_t i = 0; i < params.size(); ++i) {
    const ast::Param& param = params[i];
    TypeId type = infos[i].type;
    if (param.defaultValue.valid()) {
      TypeId value = check(
          param.defaultValue,
          {.type = type, .wanter = {.kind = Wanter::Kind::Parameter, .name = param.name.text}});
      if (state.isError(value))
        type = value; // the declared type may be what is wrong
    }
    bind(param.name, {.kind = Local::Kind::Param, .slot = SlotId{i}, .type = type});
  }
  body.place = place;
}

void ExprChecker::checkLet(const ast::LetDecl& let) {
  TypeId type;
  if (let.type.valid()) {
    type = resolveType(state, let.type, body.owner);
    TypeId value = check(let.value, {.type = type,
                                     .wanter = {.kind = Wanter::Kind::Let,
                                                .name = let.name.text,
                                                .declared = state.syntax.types[let.type].range}});
    if (state.isError(value))
      type = value; // the annotation may be what is wrong
  } else {
    type = inferKnown(let.value);
  }
  SlotId slot = scope.newSlot();
  bind(let.name, {.kind = Local::Kind::Let, .slot = slot, .type = type, .value = let.value});
  if (let.value.valid())
    state.tables.letSlots[let.value] = slot;
}

void ExprChecker::checkAssert(const ast::AssertStmt& statement) {
  check(statement.condition, {.type = state.simple(TypeKind::Bool),
                              .wanter = {.kind = Wanter::Kind::Condition, .name = "assert"}});
  check(statement.message,
        {.type = state.simple(TypeKind::String), .wanter = {.name = "the message of `assert`"}});
}

void ExprChecker::leave(size_t mark) {
  scope.leave(mark, [&](const Local& local) {
    bool pipelineLet = local.kind == Local::Kind::Let &&
                       (body.place == Place::Pipeline || body.place == Place::Stage);
    bool actionParam = local.kind == Local::Kind::Param && body.action;
    if (local.used || pipelineLet || actionParam || local.name.starts_with("_") ||
        state.hasErrors())
      return;
    auto report = state.emit(Code::W0904, local.range, "`" + local.name + "` is never used");
    if (local.kind == Local::Kind::Binder)
      report.fix(local.range, "_");
  });
}

void ExprChecker::noteCall(SymbolId callee, SourceRange range) {
  state.callSites.push_back({body.place, perElement, body.owner, callee, range});
}

} // namespace pipec::sema
