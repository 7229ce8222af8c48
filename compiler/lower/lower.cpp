// Lowering, from the request to the plan.
#include "compiler/lower/lower.h"

#include "compiler/base/error.h"
#include "compiler/lower/parameters.h"
#include "compiler/lower/pipeline.h"
#include "compiler/lower/plan_expander.h"
#include "compiler/plan/prune.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::lower {

/// The module and all it imports.
static std::vector<bool> closureOf(const ast::ModuleGraph& graph, ast::ModuleId root) {
  std::vector<bool> reached(graph.modules.size());
  std::vector<ast::ModuleId> ahead = {root};
  while (!ahead.empty()) {
    ast::ModuleId id = ahead.back();
    ahead.pop_back();
    if (!id.valid() || reached[id.index])
      continue;
    reached[id.index] = true;
    llvm::append_range(ahead, graph[id].imports);
  }
  return reached;
}

static llvm::Expected<sema::SymbolId> findPipeline(const sema::TypedProgram& program,
                                                   const ast::ModuleGraph& graph,
                                                   const PipelineRequest& request) {
  const ast::LoadedModule& module = graph[request.module];
  for (auto [index, decl] : llvm::enumerate(module.syntax.decls))
    if (std::holds_alternative<ast::PipelineDecl>(decl.node) &&
        ast::nameOf(decl).text == request.pipeline)
      return program.modules[request.module].declSymbols[index];
  return base::usageError("`" + module.path + "` has no pipeline `" + request.pipeline + "`");
}

namespace {
class Lowering {
public:
  Lowering(Evaluation& evaluation, const PipelineRequest& request, sema::SymbolId pipeline)
      : session_(evaluation.session), evaluator_(evaluation.evaluator),
        labeler_(evaluation.labeler), request_(request), pipeline_(pipeline) {
    plan_.pipeline = request_.pipeline;
    plan_.module = session_.graph[request_.module].path;
  }

  /// False: a failure that was reported.
  llvm::Expected<bool> run();
  plan::Plan takePlan();

private:
  bool evaluateLets();

  Session& session_;
  Evaluator& evaluator_;
  Labeler& labeler_;
  const PipelineRequest& request_;
  sema::SymbolId pipeline_;
  plan::Plan plan_;
};
} // namespace

/// Top-level lets, once each, in the order in which they need each other; of the modules that the
/// pipeline can see.
bool Lowering::evaluateLets() {
  std::vector<bool> visible = closureOf(session_.graph, request_.module);
  for (sema::SymbolId id : session_.program.letOrder) {
    const sema::Symbol& symbol = session_.program.symbols[id];
    if (!visible[symbol.module.index])
      continue;
    const sema::LetInfo& let = session_.program.letOf(id);
    Frame frame(session_, symbol.module, let.slotCount);
    size_t firstNode = session_.nodes.size();
    Result value = evaluator_.evaluate(frame, let.value);
    if (!value || !labeler_.mayName(frame.range(let.value), *value))
      return false;
    labeler_.name(labeler_.claim(plan_.pipeline + "/" + symbol.name), *value, firstNode, nullptr);
    session_.globals[id.index] = std::move(*value);
  }
  return true;
}

llvm::Expected<bool> Lowering::run() {
  auto given = readParameters(session_, pipeline_, request_.parameters);
  if (!given)
    return given.takeError();
  if (!*given || !evaluateLets())
    return false;
  const sema::PipelineInfo& info = session_.program.pipelineOf(pipeline_);
  Frame frame(session_, request_.module, info.slotCount);
  size_t firstNode = session_.nodes.size();
  if (!evaluator_.bindParameters(frame, info.params, std::move(**given)))
    return false;
  labeler_.nameRest(plan_.pipeline, firstNode);
  plan_.parameters = printParameters(session_, pipeline_, frame);
  return PipelineEvaluator(session_, evaluator_, labeler_, plan_).run(pipeline_, frame);
}

plan::Plan Lowering::takePlan() {
  // An expansion needs what was made so far.
  plan_.nodes = session_.lists.empty() ? session_.nodes.take() : session_.nodes.all();
  plan_.environments = session_.environments;
  std::vector<bool> effects(plan_.nodes.size());
  for (size_t i = 0; i < plan_.nodes.size(); ++i) {
    plan::Node& node = plan_.nodes[plan_.nodes.idAt(i)];
    node.lowered = plan_.nodes.idAt(i);
    if (node.before.valid() && node.before.index >= plan_.stages.size())
      node.before = plan::StageId();
    effects[i] = node.isEffect() || llvm::any_of(dependencies(node), [&](plan::NodeId needed) {
                   return effects[needed.index];
                 });
  }
  std::vector<plan::NodeId> roots;
  for (plan::Binding& binding : plan_.bindings) {
    binding.effect =
        llvm::any_of(binding.nodes, [&](plan::NodeId id) { return effects[id.index]; });
    llvm::append_range(roots, binding.nodes);
  }
  for (const plan::KeptOutput& output : plan_.keptOutputs) {
    roots.push_back(output.artifact.node);
    llvm::append_range(roots, output.waits);
  }
  return plan::prune(std::move(plan_), std::move(roots));
}

llvm::Expected<std::optional<LoweredPipeline>>
lower(const ast::ModuleGraph& graph, const sema::TypedProgram& program,
      const diagnostics::SourceManager& sources, const Repository& repository,
      const PipelineRequest& request, diagnostics::DiagnosticConsumer& consumer) {
  llvm::Expected<sema::SymbolId> pipeline = findPipeline(program, graph, request);
  if (!pipeline)
    return pipeline.takeError();
  auto evaluation = std::make_unique<Evaluation>(graph, program, sources, repository, consumer);
  Session& session = evaluation->session;
  Lowering lowering(*evaluation, request, *pipeline);
  llvm::Expected<bool> done = lowering.run();
  if (std::optional<llvm::Error> failure = session.reporter.takeFailure())
    return std::move(*failure);
  if (!done)
    return done.takeError();
  if (!*done)
    return std::optional<LoweredPipeline>();
  LoweredPipeline lowered;
  lowered.plan = lowering.takePlan();
  if (!session.lists.empty())
    lowered.expander = makeExpander(std::move(evaluation));
  return lowered;
}

} // namespace pipec::lower
