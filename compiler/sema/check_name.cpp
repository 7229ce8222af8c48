// Names in expressions: body names, variables, declarations, the prelude.
#include "compiler/sema/body_names.h"
#include "compiler/sema/builtins_table.h"
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/names.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

class NameResolver {
public:
  NameResolver(ExprChecker& checker, ExprId expr, StringRef name)
      : checker_(checker), state_(checker.state), expr_(expr), name_(name),
        range_(state_.rangeOf(expr)) {}

  Entity resolve() {
    if (std::optional<BodyNameRef> body = findBodyName(checker_, name_))
      return bodyName(*body);
    if (Local* local = checker_.scope.find(name_)) {
      local->used = true;
      state_.tables.references[expr_] = SlotRef{local->slot};
      return {.kind = Entity::Kind::Value, .type = local->type};
    }
    auto conditional = checker_.conditional.find(name_);
    if (conditional != checker_.conditional.end())
      return mayNotExist(*conditional->second);
    for (const ModuleScope* scope : {&state_.scope, &state_.session.prelude}) {
      auto found = scope->names.find(name_);
      if (found != scope->names.end())
        return topLevel(found->second);
    }
    if (const PreludeFnEntry* entry = findPreludeFn(name_)) {
      state_.tables.references[expr_] = PreludeFnRef{entry->fn};
      return {.kind = Entity::Kind::PreludeFn, .prelude = entry->fn};
    }
    reportUnknown();
    return {};
  }

private:
  Entity bodyName(BodyNameRef ref) {
    state_.tables.references[expr_] = ref;
    ActionInfo& info = state_.program.actions[state_.symbol(checker_.body.owner).info];
    switch (ref.name) {
    case BodyName::To:
      return {.kind = Entity::Kind::To};
    case BodyName::Previous:
      return {.kind = Entity::Kind::Value,
              .type = info.subject ? state_.types.withoutEvidence(info.params[*info.subject].type)
                                   : state_.error()};
    case BodyName::Out:
      info.writesUrl = info.kind == ast::ActionKind::Deploy;
      [[fallthrough]];
    default:
      return {.kind = Entity::Kind::Value, .type = state_.simple(TypeKind::Arg)};
    }
  }

  Entity topLevel(const TopLevelName& entry) {
    if (entry.isAmbiguous)
      return {};
    if (!entry.symbol.valid()) {
      state_.usedUses.set(entry.use);
      ast::ModuleId module = state_.module.imports[entry.use];
      if (!module.valid())
        return {}; // could not be loaded, which has been reported
      state_.tables.references[expr_] = ModuleRef{module};
      return {.kind = Entity::Kind::Module, .module = module};
    }
    // A pipeline is no part of a value; the call in `pipeline p() = …` says so itself.
    if (state_.symbol(entry.symbol).kind == SymbolKind::Pipeline)
      state_.use(checker_.body.owner, entry.symbol);
    else
      state_.mention(checker_.body.owner, entry.symbol, range_);
    state_.tables.references[expr_] = SymbolRef{entry.symbol};
    if (state_.symbol(entry.symbol).kind == SymbolKind::Let)
      return {.kind = Entity::Kind::Value, .type = state_.typeOfLet(entry.symbol)};
    return {.kind = Entity::Kind::Declaration, .symbol = entry.symbol};
  }

  Entity mayNotExist(const ast::StageDecl& stage) {
    state_.emit(Code::E0210, range_, "`" + name_ + "` may not exist here")
        .also(join(stage.keyword, stage.name.range), "only bound if this stage runs")
        .help("put what needs it into stage `" + stage.name.text + "`");
    return {};
  }

  void reportUnknown() {
    auto later = checker_.boundLater.find(name_);
    bool inPipeline = checker_.body.place == Place::Pipeline || checker_.body.place == Place::Stage;
    if (later != checker_.boundLater.end()) {
      // In its own value, after another mistake: a bracket too far away, not a mistaken order.
      if (state_.hasErrors() && later->second.begin < range_.begin)
        return;
      state_.emit(Code::E0202, range_, "`" + name_ + "` is used before it is bound")
          .also(later->second, inPipeline ? "bound here; stages are read from top to bottom"
                                          : "bound here; a body is read from top to bottom");
      return;
    }
    if (reportForeignBodyName(checker_, name_, range_))
      return;
    if (isTypeName()) {
      state_.emit(Code::E0201, range_, "`" + name_ + "` is a type, not a value");
      return;
    }
    StringRef closest = diagnostics::closestName(name_, candidates());
    std::string hint = closest.empty() ? "" : "; did you mean `" + closest.str() + "`?";
    auto report = state_.emit(Code::E0201, range_, "there is no `" + name_ + "` here" + hint);
    if (!closest.empty())
      report.suggest(range_, closest);
    if (checker_.shellHole == expr_)
      report.label("`${…}` is filled in by pipec")
          .fix(checker_.shellHoleRange, "$" + name_, "`$" + name_ + "` (the shell's variable)");
  }

  bool isTypeName() const {
    for (StringRef type : preludeTypeNames())
      if (type == name_)
        return true;
    return false;
  }

  std::vector<StringRef> candidates() const {
    std::vector<StringRef> names;
    for (const Local& local : checker_.scope.visible())
      names.push_back(local.name);
    for (StringRef body : {"out", "id", "report", "to", "release", "previous"})
      if (findBodyName(checker_, body))
        names.push_back(body);
    std::vector<StringRef> top = topLevelNames(state_);
    names.insert(names.end(), top.begin(), top.end());
    for (const PreludeFnEntry& entry : preludeFns())
      names.push_back(entry.name);
    return names;
  }

  ExprChecker& checker_;
  ModuleState& state_;
  ExprId expr_;
  StringRef name_;
  SourceRange range_;
};

} // namespace

Entity resolveName(ExprChecker& checker, ExprId expr, const ast::NameExpr& name) {
  return NameResolver(checker, expr, name.text).resolve();
}

} // namespace pipec::sema
