// Checking of pipelines: parameters, stages, what each stage binds.
#include "compiler/sema/check_pipeline.h"

#include "compiler/sema/expr_rules.h"
#include "compiler/sema/type_rules.h"
#include "compiler/sema/when_analysis.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

/// The long options of `pipec build`, as parameters would spell them.
constexpr StringRef BuildOptions[] = {
    "cache_dir", "color",     "deploy",  "events",   "fail_on_miss", "force",
    "format",    "help",      "jobs",    "junit",    "keep_going",   "network_env",
    "no_deploy", "offline",   "profile", "progress", "queue",        "quiet",
    "sandbox",   "state_dir", "timeout", "verbose",  "verify",
};

class PipelineChecker {
public:
  PipelineChecker(ModuleState& state, const ast::PipelineDecl& decl, SymbolId symbol)
      : state_(state), types_(state.types), decl_(decl),
        info_(state.program.pipelines[state.symbol(symbol).info]),
        checker_(state, {symbol, Place::Pipeline}) {}

  void check() {
    checkOptionNames();
    checker_.declareParams(decl_.params, info_.params);
    if (decl_.alias.valid()) {
      checkPipelineAlias(checker_, decl_.alias);
    } else {
      collectNames();
      for (const ast::PipelineItem& item : decl_.items)
        std::visit([&](const auto& node) { checkItem(node); }, item);
    }
    checker_.leave(0);
    info_.slotCount = checker_.scope.slotCount();
  }

private:
  void checkOptionNames() {
    for (size_t i = 0; i < decl_.params.size(); ++i) {
      const ast::Name& name = decl_.params[i].name;
      if (info_.params[i].fromCommandLine && llvm::is_contained(BuildOptions, name.text))
        state_
            .emit(Code::E0204, name.range,
                  "`" + name.text + "` is already an option of `pipec build`")
            .label("choose another name; a pipeline's parameters are options, too");
    }
  }

  /// Names of lets for E0202; names of stages may be neither of another stage nor of a let.
  void collectNames() {
    llvm::StringMap<SourceRange> stages;
    std::vector<const ast::LetDecl*> lets;
    for (const ast::PipelineItem& item : decl_.items) {
      if (const auto* let = std::get_if<ast::LetDecl>(&item))
        lets.push_back(let);
      const auto* stage = std::get_if<ast::StageDecl>(&item);
      if (!stage)
        continue;
      auto [first, isNew] = stages.try_emplace(stage->name.text, stage->name.range);
      if (!isNew)
        reportTaken(stage->name, "a stage of this pipeline", first->second);
      for (const ast::StageItem& inner : stage->items)
        if (const auto* let = std::get_if<ast::LetDecl>(&inner))
          lets.push_back(let);
    }
    for (const ast::LetDecl* let : lets) {
      checker_.boundLater.try_emplace(let->name.text, let->name.range);
      auto stage = stages.find(let->name.text);
      if (stage != stages.end())
        reportTaken(let->name, "a stage of this pipeline", stage->second);
    }
  }

  void reportTaken(const ast::Name& name, StringRef what, SourceRange first) {
    state_.emit(Code::E0204, name.range, "`" + name.text + "` is already " + what)
        .label("choose another name; labels use both")
        .also(first, "declared here");
  }

  void checkItem(const ast::LetDecl& let) { checker_.checkLet(let); }
  void checkItem(const ast::AssertStmt& statement) { checker_.checkAssert(statement); }
  void checkItem(const ast::CallStmt& statement) { checker_.infer(statement.call); }

  void checkItem(const ast::OutItem& item) {
    TypeId type = checker_.inferKnown(item.value);
    if (!item.name) {
      state_.emit(Code::E0306, item.keyword, "an `out` of a pipeline has a name: `out site = …`");
      return;
    }
    auto [first, isNew] = outs_.try_emplace(item.name->text, item.name->range);
    if (!isNew)
      reportTaken(*item.name, "an `out` of this pipeline", first->second);
    checkOutType(item, type);
  }

  void checkOutType(const ast::OutItem& item, TypeId type) {
    const Type& t = types_[type];
    bool sequence = t.kind == TypeKind::List || t.kind == TypeKind::Map || t.kind == TypeKind::Each;
    TypeId one = sequence ? t.element : type;
    if (!isArtifact(types_, one) && !state_.isError(one))
      state_.emit(Code::E0401, state_.rangeOf(item.value),
                  "`out` keeps an artifact, or a list or map of artifacts, this is " +
                      withArticle(state_.show(type)));
  }

  void checkWhen(const ast::StageDecl& stage) {
    checker_.check(stage.when, {.type = state_.simple(TypeKind::Bool),
                                .wanter = {.kind = Wanter::Kind::Condition, .name = "when"}});
    if (!state_.hasErrors() && isNeverTrue(state_, info_, stage.when))
      state_
          .emit(Code::W0905, state_.rangeOf(stage.when),
                "stage `" + stage.name.text + "` can never run")
          .label("this is false for every value of its parameters");
  }

  void checkItem(const ast::StageDecl& stage) {
    if (stage.when.valid())
      checkWhen(stage);
    size_t mark = checker_.scope.mark();
    checker_.body.place = Place::Stage;
    for (const ast::StageItem& item : stage.items)
      std::visit([&](const auto& node) { checkItem(node); }, item);
    if (stage.when.valid()) {
      checker_.leave(mark);
      for (const ast::StageItem& item : stage.items)
        if (const auto* let = std::get_if<ast::LetDecl>(&item))
          if (!checker_.scope.find(let->name.text))
            checker_.conditional[let->name.text] = &stage;
    }
    checker_.body.place = Place::Pipeline;
  }

  ModuleState& state_;
  TypeTable& types_;
  const ast::PipelineDecl& decl_;
  PipelineInfo& info_;
  ExprChecker checker_;
  llvm::StringMap<SourceRange> outs_;
};

} // namespace

void checkPipeline(ModuleState& state, const ast::PipelineDecl& decl, SymbolId symbol) {
  PipelineChecker(state, decl, symbol).check();
}

} // namespace pipec::sema
