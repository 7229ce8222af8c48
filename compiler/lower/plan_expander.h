// The Expander of a lowered plan: an evaluation that goes on while the plan is executed.
#pragma once

#include "compiler/lower/evaluator.h"
#include "compiler/lower/labels.h"
#include "compiler/plan/expander.h"

#include <memory>

namespace pipec::lower {

/// What evaluates one pipeline.
struct Evaluation {
  Evaluation(const ast::ModuleGraph& modules, const sema::TypedProgram& typed,
             const diagnostics::SourceManager& sources, const Repository& from,
             diagnostics::DiagnosticConsumer& consumer)
      : session(modules, typed, sources, from, consumer) {
    session.labeler = &labeler;
  }

  Session session;
  Evaluator evaluator{session};
  Labeler labeler{session};
};

/// `evaluation` has made the plan that is expanded, and keeps its nodes.
std::unique_ptr<plan::Expander> makeExpander(std::unique_ptr<Evaluation> evaluation);

} // namespace pipec::lower
