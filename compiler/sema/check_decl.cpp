// Checking of declarations by kind.
#include "compiler/sema/check_decl.h"

#include "compiler/sema/check_action.h"
#include "compiler/sema/check_pipeline.h"
#include "compiler/sema/check_settings.h"
#include "compiler/sema/expr_checker.h"
#include "compiler/sema/expr_walk.h"

namespace pipec::sema {

namespace {

/// Top-level lets and functions, each after those it names. A cycle is entered somewhere.
class ValueOrder {
public:
  explicit ValueOrder(const ModuleState& state) : state_(state), seen_(state.syntax.decls.size()) {}

  std::vector<SymbolId> compute() {
    for (uint32_t decl = 0; decl < state_.syntax.decls.size(); ++decl)
      visit(decl);
    return std::move(order_);
  }

private:
  struct Step {
    uint32_t decl;
    std::vector<uint32_t> needs;
    size_t next = 0;
  };

  void enter(uint32_t decl) {
    const ast::Decl& node = state_.syntax.decls[decl];
    const auto* let = std::get_if<ast::LetDecl>(&node.node);
    const auto* fn = std::get_if<ast::FnDecl>(&node.node);
    if (seen_.test(decl) || (!let && !fn))
      return;
    seen_.set(decl);
    Step step{decl, {}, 0};
    if (let)
      collect(step, let->value);
    else
      collect(step, *fn);
    path_.push_back(std::move(step));
  }

  void collect(Step& step, const ast::FnDecl& fn) {
    for (const ast::Param& param : fn.params)
      collect(step, param.defaultValue);
    for (const ast::FnStmt& statement : fn.body) {
      if (const auto* let = std::get_if<ast::LetDecl>(&statement)) {
        collect(step, let->value);
        continue;
      }
      const auto& check = std::get<ast::AssertStmt>(statement);
      collect(step, check.condition);
      collect(step, check.message);
    }
    collect(step, fn.value);
  }

  void collect(Step& step, ExprId expr) {
    forEachName(state_.syntax, expr, [&](const ast::NameExpr& name) {
      auto found = state_.scope.names.find(name.text);
      if (found != state_.scope.names.end() && found->second.symbol.valid())
        step.needs.push_back(state_.symbol(found->second.symbol).decl);
    });
  }

  /// With a stack of its own: a chain may be as long as the file.
  void visit(uint32_t start) {
    enter(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      if (step.next < step.needs.size()) {
        enter(step.needs[step.next++]);
        continue;
      }
      SymbolId symbol = state_.tables.declSymbols[step.decl];
      if (symbol.valid())
        order_.push_back(symbol);
      path_.pop_back();
    }
  }

  const ModuleState& state_;
  llvm::BitVector seen_;
  std::vector<Step> path_;
  std::vector<SymbolId> order_;
};

class DeclChecker {
public:
  explicit DeclChecker(ModuleState& state) : state_(state), program_(state.program) {}

  void checkValue(SymbolId symbol) {
    const ast::Decl& decl = program_.declOf(symbol);
    if (const auto* let = std::get_if<ast::LetDecl>(&decl.node))
      checkLet(*let, symbol);
    else
      checkFn(std::get<ast::FnDecl>(decl.node), symbol);
  }

  void operator()(const ast::TypeDecl& decl, SymbolId symbol) {
    RecordInfo& info = program_.records[state_.symbol(symbol).info];
    ExprChecker checker(state_, {symbol, Place::Default});
    for (size_t i = 0; i < decl.fields.size(); ++i)
      if (decl.fields[i].defaultValue.valid())
        checker.check(decl.fields[i].defaultValue,
                      {.type = info.fields[i].type,
                       .wanter = {.kind = Wanter::Kind::Field, .name = decl.fields[i].name.text}});
    info.slotCount = checker.scope.slotCount();
  }

  void operator()(const ast::EnvironmentDecl& decl, SymbolId symbol) {
    EnvironmentInfo& info = program_.environments[state_.symbol(symbol).info];
    ExprChecker checker(state_, {symbol, Place::Environment});
    for (const ast::Setting& setting : decl.settings)
      checkSetting(checker, setting, SettingOwner::Environment, info.settings);
    info.slotCount = checker.scope.slotCount();
  }

  void operator()(const ast::ActionDecl& decl, SymbolId symbol) {
    checkAction(state_, decl, symbol);
  }
  void operator()(const ast::PipelineDecl& decl, SymbolId symbol) {
    checkPipeline(state_, decl, symbol);
  }
  template <class Other> void operator()(const Other&, SymbolId) {}

private:
  Wanter wanter(Wanter::Kind kind, const ast::Name& name, ast::TypeExprId declared) const {
    return {.kind = kind,
            .name = name.text,
            .declared = declared.valid() ? state_.syntax.types[declared].range : SourceRange()};
  }

  void checkLet(const ast::LetDecl& decl, SymbolId symbol) {
    LetInfo& info = program_.lets[state_.symbol(symbol).info];
    ExprChecker checker(state_, {symbol, Place::TopLevel});
    if (!decl.type.valid())
      info.type = checker.inferKnown(decl.value);
    else if (state_.isError(checker.check(
                 decl.value,
                 {.type = info.type, .wanter = wanter(Wanter::Kind::Let, decl.name, decl.type)})))
      info.type = state_.error(); // the annotation may be what is wrong
    if (state_.isBroken(symbol))
      info.type = state_.error();
    info.slotCount = checker.scope.slotCount();
  }

  void checkFn(const ast::FnDecl& decl, SymbolId symbol) {
    FnInfo& info = program_.fns[state_.symbol(symbol).info];
    ExprChecker checker(state_, {symbol, Place::Fn});
    checker.declareParams(decl.params, info.params);
    for (const ast::FnStmt& statement : decl.body)
      if (const auto* let = std::get_if<ast::LetDecl>(&statement))
        checker.boundLater.try_emplace(let->name.text, let->name.range);
    for (const ast::FnStmt& statement : decl.body) {
      if (const auto* let = std::get_if<ast::LetDecl>(&statement))
        checker.checkLet(*let);
      else
        checker.checkAssert(std::get<ast::AssertStmt>(statement));
    }
    TypeId value =
        checker.check(decl.value, {.type = info.result,
                                   .wanter = wanter(Wanter::Kind::Result, decl.name, decl.result)});
    if (state_.isError(value))
      info.result = value; // the declared result may be what is wrong
    checker.leave(0);
    info.slotCount = checker.scope.slotCount();
  }

  ModuleState& state_;
  TypedProgram& program_;
};

} // namespace

void checkBodies(ModuleState& state) {
  DeclChecker checker(state);
  for (SymbolId value : ValueOrder(state).compute())
    checker.checkValue(value);
  for (size_t i = 0; i < state.syntax.decls.size(); ++i) {
    SymbolId symbol = state.tables.declSymbols[i];
    if (symbol.valid())
      std::visit([&](const auto& decl) { checker(decl, symbol); }, state.syntax.decls[i].node);
  }
}

} // namespace pipec::sema
