// Depth-first search over mentions, with a stack of its own: chains may be as long as the file.
#include "compiler/sema/dependencies.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::sema {

namespace {

class DeclarationOrder {
public:
  explicit DeclarationOrder(ModuleState& state)
      : state_(state), edges_(state.syntax.decls.size()), colors_(state.syntax.decls.size()),
        inCycle_(state.syntax.decls.size()) {
    for (const Mention& mention : state.mentions)
      if (state.symbol(mention.target).module == state.id)
        edges_[state.symbol(mention.owner).decl].push_back(
            {state.symbol(mention.target).decl, mention.range});
  }

  std::vector<uint32_t> compute() {
    for (uint32_t decl = 0; decl < edges_.size(); ++decl)
      if (colors_[decl] == Color::White)
        visit(decl);
    return std::move(order_);
  }

private:
  enum class Color : uint8_t { White, Grey, Black };
  struct Edge {
    uint32_t target;
    SourceRange range;
  };
  struct Step {
    uint32_t decl;
    size_t next = 0;
  };

  void visit(uint32_t start) {
    push(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      if (step.next == edges_[step.decl].size()) {
        colors_[step.decl] = Color::Black;
        order_.push_back(step.decl);
        path_.pop_back();
        continue;
      }
      const Edge& edge = edges_[step.decl][step.next++];
      if (colors_[edge.target] == Color::White)
        push(edge.target);
      else if (colors_[edge.target] == Color::Grey)
        reportCycle(edge);
    }
  }

  void push(uint32_t decl) {
    colors_[decl] = Color::Grey;
    path_.push_back({decl});
  }

  SymbolId symbolOf(uint32_t decl) const { return state_.tables.declSymbols[decl]; }

  /// The cycle goes from the edge's target along the path, and back over the edge.
  void reportCycle(const Edge& edge) {
    auto first = llvm::find_if(path_, [&](const Step& step) { return step.decl == edge.target; });
    std::vector<SymbolId> cycle;
    bool known = false;
    for (auto step = first; step != path_.end(); ++step) {
      cycle.push_back(symbolOf(step->decl));
      known |= inCycle_.test(step->decl);
    }
    for (auto step = first; step != path_.end(); ++step)
      inCycle_.set(step->decl);
    if (known)
      return; // another way around what has been reported
    bool ofValues = llvm::any_of(cycle, [&](SymbolId id) {
      SymbolKind kind = state_.symbol(id).kind;
      return kind == SymbolKind::Let || kind == SymbolKind::Record;
    });
    if (ofValues)
      reportValues(cycle, edge);
    else
      reportCalls(cycle, edge);
  }

  std::string chain(llvm::ArrayRef<SymbolId> cycle) const {
    std::string text;
    for (SymbolId id : cycle)
      text += "`" + state_.symbol(id).name + "` -> ";
    return text + "`" + state_.symbol(cycle.front()).name + "`";
  }

  void reportValues(llvm::ArrayRef<SymbolId> cycle, const Edge& edge) {
    std::vector<std::string> names;
    for (SymbolId id : cycle)
      names.push_back(state_.symbol(id).name);
    const Symbol& first = state_.symbol(cycle.front());
    auto report =
        state_.emit(Code::E0310, first.nameRange,
                    quotedList(names) + (names.size() == 1 ? " is defined by itself"
                                                           : " are defined by each other"));
    report.also(edge.range, "needed here");
    if (names.size() > 1)
      report.note(chain(cycle));
  }

  void reportCalls(llvm::ArrayRef<SymbolId> cycle, const Edge& edge) {
    SymbolKind kind = state_.symbol(cycle.front()).kind;
    const char* what = kind == SymbolKind::Fn         ? "functions may not call themselves"
                       : kind == SymbolKind::Pipeline ? "pipelines may not reuse themselves"
                                                      : "actions may not need themselves";
    auto report = state_.emit(Code::E0304, edge.range, what);
    for (SymbolId id : cycle)
      report.also(state_.symbol(id).nameRange, "");
    report.note(chain(cycle));
    if (kind == SymbolKind::Fn)
      report.help("use a comprehension");
  }

  ModuleState& state_;
  std::vector<std::vector<Edge>> edges_;
  std::vector<Color> colors_;
  llvm::BitVector inCycle_;
  std::vector<Step> path_;
  std::vector<uint32_t> order_;
};

class EffectChecker {
public:
  explicit EffectChecker(ModuleState& state) : state_(state), program_(state.program) {}

  void check(llvm::ArrayRef<uint32_t> order) {
    std::vector<std::vector<const CallSite*>> byOwner(state_.syntax.decls.size());
    for (const CallSite& site : state_.callSites)
      byOwner[state_.symbol(site.owner).decl].push_back(&site);
    std::vector<SourceRange> loops(state_.syntax.decls.size());
    for (const RunTimeLoop& loop : llvm::reverse(state_.runTimeLoops))
      loops[state_.symbol(loop.owner).decl] = loop.list;
    for (uint32_t decl : order) {
      EffectSet effects;
      for (const CallSite* site : byOwner[decl]) {
        effects |= effectsOf(site->callee);
        if (!loops[decl].valid())
          loops[decl] = loopIn(site->callee);
      }
      if (state_.tables.declSymbols[decl].valid())
        record(state_.tables.declSymbols[decl], effects, loops[decl]);
    }
    for (const CallSite& site : state_.callSites)
      checkSite(site);
  }

private:
  /// Of a call. What a function would do without being allowed to is reported where it does it.
  EffectSet effectsOf(SymbolId callee) const {
    if (state_.symbol(callee).kind == SymbolKind::Fn)
      return program_.fnOf(callee).effects;
    const ActionInfo& action = program_.actionOf(callee);
    switch (action.kind) {
    case ast::ActionKind::Source:
      return Effect::Source;
    case ast::ActionKind::Build:
      return Effect::Build;
    case ast::ActionKind::Test:
      return action.live ? Effect::Live : Effect::Test;
    case ast::ActionKind::Deploy:
      return Effect::Deploy;
    case ast::ActionKind::Approve:
      return Effect::Approve;
    }
    return {};
  }

  SourceRange loopIn(SymbolId callee) const {
    return state_.symbol(callee).kind == SymbolKind::Fn ? program_.fnOf(callee).runTimeLoop
                                                        : program_.actionOf(callee).runTimeLoop;
  }

  void record(SymbolId symbol, EffectSet effects, SourceRange loop) {
    uint32_t info = state_.symbol(symbol).info;
    switch (state_.symbol(symbol).kind) {
    case SymbolKind::Let:
      program_.lets[info].effects = effects;
      break;
    case SymbolKind::Fn:
      program_.fns[info].effects = effects.without(stageOnly());
      program_.fns[info].runTimeLoop = loop;
      break;
    case SymbolKind::Action:
      program_.actions[info].toolEffects = effects;
      program_.actions[info].runTimeLoop = loop;
      break;
    default:
      break;
    }
  }

  static EffectSet stageOnly() {
    return EffectSet(Effect::Live) | Effect::Approve | Effect::Deploy;
  }

  static EffectSet allowed(const CallSite& site) {
    if (site.perElement)
      return EffectSet(Effect::Build) | Effect::Test;
    switch (site.place) {
    case Place::Stage:
      return EffectSet(Effect::Source) | Effect::Build | Effect::Test | stageOnly();
    case Place::ActionBody:
      return EffectSet(Effect::Source) | Effect::Build;
    case Place::Environment:
      return {};
    default:
      return EffectSet(Effect::Source) | Effect::Build | Effect::Test;
    }
  }

  void checkSite(const CallSite& site) {
    SourceRange loop = site.perElement ? loopIn(site.callee) : SourceRange();
    if (loop.valid())
      state_
          .emit(Code::E0503, site.range,
                shown(site) + " loops over run-time files, and this is a loop over others")
          .also(loop, "the loop inside")
          .help(RemedyOfNestedLoop);
    EffectSet wrong = effectsOf(site.callee).without(allowed(site));
    if (wrong.empty())
      return;
    if (site.perElement)
      return reportPerElement(site, wrong);
    if (wrong.has(Effect::Live))
      return reportLive(site);
    if (wrong.has(Effect::Deploy) || wrong.has(Effect::Approve))
      return reportEffect(site);
    reportTool(site, wrong);
  }

  std::string shown(const CallSite& site) const { return "`" + state_.show(site.callee) + "`"; }

  static const char* where(Place place) {
    switch (place) {
    case Place::TopLevel:
      return "at top level";
    case Place::Default:
      return "in a default";
    case Place::Fn:
      return "in a function";
    case Place::ActionBody:
      return "in the body of an action";
    case Place::Pipeline:
      return "outside the stages";
    case Place::Environment:
      return "in an environment";
    case Place::Stage:
      break;
    }
    return "in a stage";
  }

  void reportEffect(const CallSite& site) {
    bool deploy = effectsOf(site.callee).has(Effect::Deploy);
    state_
        .emit(Code::E0302, site.range,
              shown(site) + " is " +
                  (deploy ? "a deploy; deploys are called in a stage"
                          : "an approve; approvals are called in a stage"))
        .label(where(site.place))
        .note("so that all effects of a pipeline can be read off its stages")
        .help("move the call into a `stage` of a pipeline");
  }

  void reportLive(const CallSite& site) {
    state_
        .emit(Code::E0303, site.range,
              shown(site) + " is a live check (it takes a Deployment), so it is called in a stage")
        .label(where(site.place))
        .help("move the call into a `stage` of a pipeline");
  }

  void reportTool(const CallSite& site, EffectSet wrong) {
    bool fn = state_.symbol(site.callee).kind == SymbolKind::Fn;
    std::string what = fn ? " makes a " + printEffects(wrong) + " node"
                          : " is " + withArticle(describe(program_, site.callee));
    if (site.place == Place::Environment)
      state_.emit(Code::E0302, site.range, shown(site) + what + ", and nothing runs for a setting")
          .label(where(site.place));
    else
      state_
          .emit(Code::E0302, site.range,
                shown(site) + what + ", and an action needs only sources and builds as its tools")
          .label(where(site.place))
          .help("call it in the pipeline, and pass what it judged");
  }

  void reportPerElement(const CallSite& site, EffectSet wrong) {
    if (wrong.has(Effect::Source)) {
      bool fn = state_.symbol(site.callee).kind == SymbolKind::Fn;
      state_
          .emit(Code::E0502, site.range,
                shown(site) + (fn ? " fetches a source" : " is a source") +
                    ", and sources are not fetched once per generated file")
          .help("fetch it before the loop");
      return;
    }
    const char* what = wrong.has(Effect::Deploy)    ? "a deploy"
                       : wrong.has(Effect::Approve) ? "an approval"
                                                    : "a live check";
    auto report = state_.emit(Code::E0502, site.range,
                              std::string(what) + " cannot happen once per generated file");
    report.label("the effects of a plan are fixed before it runs");
    if (wrong.has(Effect::Deploy))
      report.help("deploy the directory once");
  }

  ModuleState& state_;
  TypedProgram& program_;
};

} // namespace

std::vector<uint32_t> orderDeclarations(ModuleState& state) {
  return DeclarationOrder(state).compute();
}

void checkEffects(ModuleState& state, llvm::ArrayRef<uint32_t> order) {
  EffectChecker(state).check(order);
}

} // namespace pipec::sema
