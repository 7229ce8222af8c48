// Checking of declarations by kind.
#include "compiler/sema/check_decl.h"

#include "compiler/sema/check_action.h"
#include "compiler/sema/check_pipeline.h"
#include "compiler/sema/check_settings.h"
#include "compiler/sema/expr_checker.h"
#include "compiler/sema/expr_walk.h"

namespace pipec::sema {

namespace {

/// Top-level lets, each after those it names. A cycle is entered somewhere.
class LetOrder {
public:
  explicit LetOrder(const ModuleState& state) : state_(state), seen_(state.syntax.decls.size()) {}

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

  const ast::LetDecl* letAt(uint32_t decl) const {
    return std::get_if<ast::LetDecl>(&state_.syntax.decls[decl].node);
  }

  void enter(uint32_t decl) {
    if (seen_.test(decl) || !letAt(decl))
      return;
    seen_.set(decl);
    Step step{decl, {}, 0};
    forEachName(state_.syntax, letAt(decl)->value, [&](const ast::NameExpr& name) {
      auto found = state_.scope.names.find(name.text);
      if (found != state_.scope.names.end() && found->second.symbol.valid())
        step.needs.push_back(state_.symbol(found->second.symbol).decl);
    });
    path_.push_back(std::move(step));
  }

  /// With a stack of its own: a chain of lets may be as long as the file.
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

  void checkLet(SymbolId symbol) {
    const auto& decl = std::get<ast::LetDecl>(program_.declOf(symbol).node);
    LetInfo& info = program_.lets[state_.symbol(symbol).info];
    ExprChecker checker(state_, {symbol, Place::TopLevel});
    if (info.type.valid())
      checker.check(decl.value, {.type = info.type,
                                 .wanter = {.kind = Wanter::Kind::Let,
                                            .name = decl.name.text,
                                            .declared = state_.syntax.types[decl.type].range}});
    else
      info.type = checker.inferKnown(decl.value);
    info.slotCount = checker.scope.slotCount();
  }

  void operator()(const ast::FnDecl& decl, SymbolId symbol) {
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
    checker.check(decl.value, {.type = info.result,
                               .wanter = {.kind = Wanter::Kind::Result,
                                          .name = decl.name.text,
                                          .declared = decl.result.valid()
                                                          ? state_.syntax.types[decl.result].range
                                                          : SourceRange()}});
    checker.leave(0);
    info.slotCount = checker.scope.slotCount();
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
  ModuleState& state_;
  TypedProgram& program_;
};

} // namespace

void checkBodies(ModuleState& state) {
  DeclChecker checker(state);
  for (SymbolId let : LetOrder(state).compute())
    checker.checkLet(let);
  for (size_t i = 0; i < state.syntax.decls.size(); ++i) {
    SymbolId symbol = state.tables.declSymbols[i];
    if (symbol.valid())
      std::visit([&](const auto& decl) { checker(decl, symbol); }, state.syntax.decls[i].node);
  }
}

} // namespace pipec::sema
