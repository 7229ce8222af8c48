// Giving new ids to the nodes that a piece of a plan mentions.
#pragma once

#include "compiler/plan/plan.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace pipec::plan {

/// From the id that is written to the one that shall be.
using NewId = llvm::function_ref<NodeId(NodeId)>;

void renumber(Node& node, NewId newId);
void renumber(Binding& binding, NewId newId);
void renumber(KeptOutput& output, NewId newId);
void renumber(std::vector<NodeId>& ids, NewId newId);

} // namespace pipec::plan
