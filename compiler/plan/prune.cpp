// Reachability, and renumbering.
#include "compiler/plan/prune.h"

#include "compiler/plan/renumber.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::plan {

/// Dependencies have smaller ids, so one sweep downwards is enough, however deep the graph.
std::vector<bool> reachedFrom(const Plan& plan, const std::vector<NodeId>& roots) {
  std::vector<bool> reached(plan.nodes.size());
  for (NodeId root : roots)
    reached[root.index] = true;
  for (size_t i = plan.nodes.size(); i-- > 0;)
    if (reached[i])
      for (NodeId dependency : dependencies(plan.nodes[plan.nodes.idAt(i)]))
        reached[dependency.index] = true;
  return reached;
}

Plan prune(Plan plan, std::vector<NodeId> roots) {
  std::vector<bool> kept = reachedFrom(plan, roots);
  std::vector<NodeId> newIds(kept.size()); // invalid for what is left out
  uint32_t next = 0;
  for (size_t i = 0; i < kept.size(); ++i)
    if (kept[i])
      newIds[i] = NodeId{next++};
  auto newId = [&](NodeId id) { return newIds[id.index]; };
  auto keeps = [&](NodeId id) { return kept[id.index]; };

  base::GrowingVector<NodeId, Node> nodes;
  for (size_t i = 0; i < plan.nodes.size(); ++i)
    if (kept[i])
      renumber(nodes[nodes.push(std::move(plan.nodes[plan.nodes.idAt(i)]))], newId);
  plan.nodes = std::move(nodes);

  llvm::erase_if(plan.bindings,
                 [&](const Binding& binding) { return !llvm::all_of(binding.nodes, keeps); });
  for (Binding& binding : plan.bindings)
    renumber(binding, newId);
  llvm::erase_if(plan.keptOutputs, [&](const KeptOutput& output) {
    return !keeps(output.artifact.node) || !llvm::all_of(output.waits, keeps);
  });
  for (KeptOutput& output : plan.keptOutputs)
    renumber(output, newId);

  renumber(roots, newId);
  llvm::sort(roots);
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  plan.roots = std::move(roots);
  return plan;
}

} // namespace pipec::plan
