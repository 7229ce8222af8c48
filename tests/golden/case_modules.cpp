// Loading of golden cases.
#include "case_modules.h"

#include "compiler/diagnostics/render.h"
#include "stdlib/stdlib.h"

#include "llvm/Support/Path.h"

namespace pipec::golden {

llvm::Expected<ast::ModuleGraph> loadCase(const std::string& folder, const std::string& file,
                                          diagnostics::SourceManager& sources,
                                          diagnostics::DiagnosticConsumer& consumer) {
  std::unique_ptr<base::FileSystem> files = base::makeRealFileSystem();
  parse::ModuleSources from;
  from.files = files.get();
  from.workspace = folder;
  from.library = [](llvm::StringRef name) -> std::optional<llvm::StringRef> {
    for (const stdlib::Module& module : stdlib::modules())
      if (llvm::sys::path::stem(module.path) == name)
        return module.text;
    return std::nullopt;
  };
  for (const stdlib::Module& module : stdlib::modules())
    from.libraryNames.push_back(llvm::sys::path::stem(module.path).str());
  return parse::loadModules(from, {file}, sources, consumer);
}

std::string render(const diagnostics::SourceManager& sources,
                   diagnostics::DiagnosticList& diagnostics) {
  diagnostics.sort();
  std::string text;
  llvm::raw_string_ostream messages(text);
  for (const diagnostics::Diagnostic& diagnostic : diagnostics.all())
    diagnostics::renderText(messages, sources, diagnostic, /*color=*/false);
  return text;
}

} // namespace pipec::golden
