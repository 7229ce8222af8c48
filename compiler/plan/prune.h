// Leaving out of a plan what nothing needs.
#pragma once

#include "compiler/plan/plan.h"

namespace pipec::plan {

/// For each node, whether one of `roots` is it or needs it.
std::vector<bool> reachedFrom(const Plan& plan, const std::vector<NodeId>& roots);

/// `plan` with `roots` for its roots and without the nodes they do not reach; ids are renumbered.
/// Bindings (whose artifact's node is among their nodes) and kept outputs stay if all their nodes
/// do: a copy whose content is made anyway is kept up to date, too. Stages, environments and the
/// names of declared outputs stay as they are.
Plan prune(Plan plan, std::vector<NodeId> roots);

} // namespace pipec::plan
