// Lowering: TypedProgram + parameters + the names in the repository → Plan.
#pragma once

#include "compiler/ast/module_graph.h"
#include "compiler/base/file_system.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/plan/expander.h"
#include "compiler/plan/plan.h"
#include "compiler/sema/typed_program.h"

#include <memory>
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

struct LoweredPipeline {
  plan::Plan plan;
  /// Expands `plan`, or a part of it that prune() makes, but only one of them. Null if the plan has
  /// no list of run-time length. What lower() was given must outlive it.
  std::unique_ptr<plan::Expander> expander;
};

/// Evaluates the pipeline. nullopt if the evaluation failed, which has then been reported (E0501,
/// E07xx, E0606, E0609, E0610).
llvm::Expected<std::optional<LoweredPipeline>>
lower(const ast::ModuleGraph& graph, const sema::TypedProgram& program,
      const diagnostics::SourceManager& sources, const Repository& repository,
      const PipelineRequest& request, diagnostics::DiagnosticConsumer& consumer);

} // namespace pipec::lower
