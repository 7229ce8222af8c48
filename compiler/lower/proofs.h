// Which proofs a call waits for: those of the evidence that its parameters' types ask for.
#pragma once

#include "compiler/lower/session.h"

namespace pipec::lower {

/// Adds the nodes that prove what `type` asks of `value`, at any depth.
void addProofs(const sema::TypedProgram& program, sema::TypeId type, const Value& value,
               std::vector<plan::NodeId>& waits);
/// Whether the type asks for evidence anywhere, so that long lists without are not walked.
bool asksForEvidence(const sema::TypedProgram& program, sema::TypeId type);
/// Adds the nodes that prove one of `evidence`, which is ascending.
void addProofs(llvm::ArrayRef<sema::SymbolId> evidence, const Artifact& artifact,
               std::vector<plan::NodeId>& waits);

} // namespace pipec::lower
