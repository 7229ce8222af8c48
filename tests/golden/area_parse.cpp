// Area `parse`: the tree of the file (`.ast`) and all diagnostics of it and its imports (`.diag`).
#include "areas.h"
#include "case_modules.h"

#include "compiler/ast/dump.h"

#include "llvm/Support/Error.h"

namespace pipec::golden {

Outcome runParse(const std::string& folder, const std::string& file) {
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList diagnostics;
  llvm::Expected<ast::ModuleGraph> graph = loadCase(folder, file, sources, diagnostics);
  if (!graph)
    return {{{"diag", llvm::toString(graph.takeError()) + "\n"}}, true};
  Outcome outcome;
  outcome.failed = diagnostics.hasErrors();
  const ast::Module& module = (*graph)[graph->roots.front()].syntax;
  llvm::raw_string_ostream tree(outcome.sidecars["ast"]);
  ast::dump(tree, sources.file(module.file), module);
  outcome.sidecars["diag"] = render(sources, diagnostics);
  return outcome;
}

} // namespace pipec::golden
