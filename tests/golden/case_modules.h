// Loading a golden case: the file with all its imports, the library included.
#pragma once

#include "compiler/parse/parse.h"

namespace pipec::golden {

/// `folder` is absolute and the workspace; `file` is a name in it.
llvm::Expected<ast::ModuleGraph> loadCase(const std::string& folder, const std::string& file,
                                          diagnostics::SourceManager& sources,
                                          diagnostics::DiagnosticConsumer& consumer);

/// All of them as the user sees them, in order.
std::string render(const diagnostics::SourceManager& sources,
                   diagnostics::DiagnosticList& diagnostics);

} // namespace pipec::golden
