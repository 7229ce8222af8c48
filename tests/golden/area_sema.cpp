// Area `sema`: all diagnostics of the file and its imports (`.diag`), and if there is no error, the
// types and effects of what the file declares (`.types`).
#include "areas.h"
#include "case_modules.h"

#include "compiler/sema/check.h"
#include "compiler/sema/dump.h"

#include "llvm/Support/Error.h"

namespace pipec::golden {

Outcome runSema(const std::string& folder, const std::string& file) {
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList diagnostics;
  llvm::Expected<ast::ModuleGraph> graph = loadCase(folder, file, sources, diagnostics);
  if (!graph)
    return {{{"diag", llvm::toString(graph.takeError()) + "\n"}}, true};
  sema::TypedProgram program = sema::check(*graph, diagnostics);
  Outcome outcome;
  outcome.failed = diagnostics.hasErrors();
  outcome.sidecars["diag"] = render(sources, diagnostics);
  std::string& types = outcome.sidecars["types"];
  if (!outcome.failed) {
    llvm::raw_string_ostream text(types);
    sema::dump(text, program, graph->roots.front());
  }
  return outcome;
}

} // namespace pipec::golden
