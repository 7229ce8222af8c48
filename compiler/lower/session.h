// Session: what all parts of one lowering share.
#pragma once

#include "compiler/lower/limits.h"
#include "compiler/lower/lower.h"
#include "compiler/lower/node_table.h"
#include "compiler/lower/reporter.h"
#include "compiler/lower/repository_names.h"
#include "compiler/lower/run_time_lists.h"
#include "compiler/lower/value.h"
#include "compiler/sema/typed_program.h"

#include <map>

namespace pipec::lower {

class Labeler;

struct Session {
  Session(const ast::ModuleGraph& modules, const sema::TypedProgram& typed,
          const diagnostics::SourceManager& sources, const Repository& from,
          diagnostics::DiagnosticConsumer& consumer)
      : graph(modules), program(typed), reporter(modules, sources, consumer), limits(reporter),
        repository(*from.files, from.workspace), lists(*this), globals(typed.symbols.size()) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Adds a node, or finds that there are too many (which is reported).
  std::optional<plan::NodeId> addNode(const base::FastHash& call, NewNode node);
  /// Adds the node of a list of run-time length; `waits` are the lists that it is made from.
  std::optional<plan::NodeId> addExpansion(SourceRange origin, plan::Expansion expansion,
                                           std::vector<plan::NodeId> waits,
                                           llvm::StringRef definition);
  /// The node that waits for the proofs of lists' elements, which completeMerge() gives it; made
  /// once for each `call`.
  std::optional<plan::NodeId> addMerge(const base::FastHash& call, SourceRange origin,
                                       const Value& lists);
  void completeMerge(plan::NodeId merge, llvm::ArrayRef<plan::NodeId> proofs);
  /// `value` as a List if it is an Each that is known. While probing, one element that shows what
  /// the others are like stands for those that are not; nullopt if there is none.
  Result known(const Value& value) const;
  /// What the elements of an Each that is not known will be like, found out without keeping a node:
  /// actions are not made, conditions of the loop not asked. nodes.size() and above are elements'
  /// own nodes. nullopt: that depends on the element.
  Result probe(const Value& each);
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
  RunTimeLists lists;
  Labeler* labeler = nullptr; ///< names the elements of lists
  bool probing = false;       ///< see probe()

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

/// The nodes of the lists of run-time length in `value`, at any depth; sorted, each once.
std::vector<plan::NodeId> waitsFor(const Value& value);

} // namespace pipec::lower
