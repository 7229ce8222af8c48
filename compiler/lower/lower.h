// Lowering: TypedProgram + parameters + the names in the repository → Plan.
#pragma once

#include "compiler/ast/module_graph.h"
#include "compiler/base/file_system.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/plan/plan.h"
#include "compiler/sema/typed_program.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::lower {

struct PipelineRequest {
  ast::ModuleId module;
  std::string pipeline;
  /// As the command line gave them; a list parameter may come several times.
  std::vector<plan::Parameter> parameters;
};

/// Where the program's repository is. Only names are asked for, never content.
struct Repository {
  base::FileSystem* files = nullptr;
  std::string workspace; ///< absolute path of the folder to which module paths are relative
};

/// Evaluates the pipeline. nullopt if the evaluation failed, which has then been reported (E07xx,
/// E0606, E0609, E0610). What is not supported is refused with a clear diagnostic or usage error,
/// never left out.
llvm::Expected<std::optional<plan::Plan>>
lower(const ast::ModuleGraph& graph, const sema::TypedProgram& program,
      const diagnostics::SourceManager& sources, const Repository& repository,
      const PipelineRequest& request, diagnostics::DiagnosticConsumer& consumer);

} // namespace pipec::lower
