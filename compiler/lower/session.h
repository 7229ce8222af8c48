// Session: what all parts of one lowering share.
#pragma once

#include "compiler/lower/limits.h"
#include "compiler/lower/lower.h"
#include "compiler/lower/node_table.h"
#include "compiler/lower/reporter.h"
#include "compiler/lower/repository_names.h"
#include "compiler/lower/value.h"
#include "compiler/sema/typed_program.h"

#include <map>

namespace pipec::lower {

struct Session {
  Session(const ast::ModuleGraph& modules, const sema::TypedProgram& typed,
          const diagnostics::SourceManager& sources, const Repository& from,
          diagnostics::DiagnosticConsumer& consumer)
      : graph(modules), program(typed), reporter(modules, sources, consumer), limits(reporter),
        repository(*from.files, from.workspace), globals(typed.symbols.size()) {}

  /// Adds a node, or finds that there are too many (which is reported).
  std::optional<plan::NodeId> addNode(const base::Digest& call, NewNode node);
  /// What to call an artifact in a message: `site`, `src/main.c`.
  std::string nameOf(const Artifact& artifact) const;
  /// `ci/site.pipe:Smoked`; of the prelude the name alone.
  std::string identityOf(sema::SymbolId symbol) const;

  const ast::ModuleGraph& graph;
  const sema::TypedProgram& program;
  Reporter reporter;
  Limits limits;
  NodeTable nodes;
  RepositoryNames repository;

  /// Values of top-level lets, by SymbolId.
  std::vector<std::optional<Value>> globals;
  plan::StageId stage; ///< of the statement being evaluated; invalid outside stages
  /// The stage that comes next in the text, whether there is one or not; invalid before the
  /// pipeline.
  plan::StageId nextStage;

  base::IdVector<plan::EnvironmentId, plan::Environment> environments;
  std::map<sema::SymbolId, plan::EnvironmentId> environmentIds;
  std::map<plan::EnvironmentId, plan::NodeId> deploys; ///< the one to each environment
  uint32_t bodies = 0;                                 ///< action bodies evaluated so far
};

} // namespace pipec::lower
