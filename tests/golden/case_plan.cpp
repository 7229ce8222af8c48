// From a golden case to its plan.
#include "case_plan.h"

#include "compiler/lower/lower.h"
#include "compiler/plan/select_target.h"
#include "compiler/sema/check.h"

namespace pipec::golden {
namespace {

/// What the comments of a case ask for.
struct Request {
  std::vector<plan::Parameter> parameters;
  std::vector<std::string> targets;
};

Request requestOf(const ast::Module& module) {
  Request request;
  for (const ast::Comment& comment : module.comments) {
    llvm::StringRef text = comment.text;
    if (text.consume_front("// with ")) {
      auto [name, value] = text.split('=');
      request.parameters.push_back({name.str(), value.str()});
    } else if (text.consume_front("// target ")) {
      request.targets.push_back(text.str());
    }
  }
  return request;
}

std::string firstPipeline(const ast::Module& module) {
  for (const ast::Decl& decl : module.decls)
    if (std::holds_alternative<ast::PipelineDecl>(decl.node))
      return ast::nameOf(decl).text;
  return "";
}

llvm::Error run(const std::string& folder, const std::string& file, CasePlan& result) {
  llvm::Expected<ast::ModuleGraph> graph =
      loadCase(folder, file, result.sources, result.diagnostics);
  if (!graph)
    return graph.takeError();
  sema::TypedProgram program = sema::check(*graph, result.diagnostics);
  if (result.diagnostics.hasErrors())
    return llvm::Error::success();
  const ast::Module& module = (*graph)[graph->roots.front()].syntax;
  Request request = requestOf(module);
  std::unique_ptr<base::FileSystem> files = base::makeRealFileSystem();
  auto lowered = lower::lower(*graph, program, result.sources, {files.get(), folder},
                              {graph->roots.front(), firstPipeline(module), request.parameters},
                              result.diagnostics);
  if (!lowered)
    return lowered.takeError();
  if (*lowered)
    result.plan = std::move((*lowered)->plan);
  if (!result.plan || request.targets.empty())
    return llvm::Error::success();
  llvm::Expected<plan::Plan> selected = plan::selectTargets(*result.plan, request.targets);
  result.plan.reset();
  if (!selected)
    return selected.takeError();
  result.plan = std::move(*selected);
  return llvm::Error::success();
}

} // namespace

void lowerCase(const std::string& folder, const std::string& file, CasePlan& result) {
  if (llvm::Error error = run(folder, file, result))
    result.error = "error: " + llvm::toString(std::move(error)) + "\n";
}

} // namespace pipec::golden
