// Area `format`: the canonical text of the file (`.formatted`), and the errors for which there is
// none (`.diag`).
#include "areas.h"
#include "case_modules.h"

#include "compiler/base/file_system.h"
#include "compiler/format/format.h"

#include "llvm/Support/Error.h"

namespace pipec::golden {

Outcome runFormat(const std::string& folder, const std::string& file) {
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList diagnostics;
  std::string text = llvm::cantFail(base::makeRealFileSystem()->read(folder + "/" + file));
  ast::Module module = parse::parseModule(sources, sources.add(file, text), diagnostics);
  Outcome outcome;
  outcome.failed = module.hasSyntaxErrors;
  outcome.sidecars["formatted"] =
      outcome.failed ? "" : format::formatModule(sources.file(module.file), module);
  outcome.sidecars["diag"] = render(sources, diagnostics);
  return outcome;
}

} // namespace pipec::golden
