// Reachability, and renumbering.
#include "compiler/plan/prune.h"

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

namespace {
/// The new ids of the nodes that stay, and how to put them into everything that holds ids.
class Renumbering {
public:
  explicit Renumbering(const std::vector<bool>& kept) : newIds_(kept.size()) {
    uint32_t next = 0;
    for (size_t i = 0; i < kept.size(); ++i)
      if (kept[i])
        newIds_[i] = NodeId{next++};
  }

  bool keeps(NodeId id) const { return newIds_[id.index].valid(); }
  bool keeps(const std::vector<NodeId>& ids) const {
    return llvm::all_of(ids, [&](NodeId id) { return keeps(id); });
  }

  void apply(NodeId& id) const { id = newIds_[id.index]; }
  void apply(ArtifactRef& artifact) const { apply(artifact.node); }
  template <class T> void apply(std::optional<T>& value) const {
    if (value)
      apply(*value);
  }
  void apply(std::vector<NodeId>& ids) const {
    for (NodeId& id : ids)
      apply(id);
  }
  void apply(TreeSpec& tree) const {
    if (auto* composed = std::get_if<ComposedTree>(&tree)) {
      for (ComposedTree::Entry& entry : composed->entries)
        apply(entry.artifact);
    } else if (auto* part = std::get_if<TreePart>(&tree)) {
      apply(part->of);
    } else if (auto* selection = std::get_if<TreeSelection>(&tree)) {
      apply(selection->of);
    }
  }
  void apply(ActionSpec& spec) const {
    for (Input& input : spec.inputs)
      apply(input.artifact);
    apply(spec.work);
    apply(spec.image);
    apply(spec.subject);
    apply(spec.deployments);
  }
  void apply(Node& node) const {
    std::visit([&](auto& what) { apply(what); }, node.what);
    apply(node.waits);
  }

private:
  std::vector<NodeId> newIds_; ///< invalid for what is left out
};
} // namespace

Plan prune(Plan plan, std::vector<NodeId> roots) {
  Renumbering renumbering(reachedFrom(plan, roots));

  base::IdVector<NodeId, Node> nodes;
  for (size_t i = 0; i < plan.nodes.size(); ++i)
    if (renumbering.keeps(plan.nodes.idAt(i)))
      renumbering.apply(nodes[nodes.push(std::move(plan.nodes[plan.nodes.idAt(i)]))]);
  plan.nodes = std::move(nodes);

  llvm::erase_if(plan.bindings,
                 [&](const Binding& binding) { return !renumbering.keeps(binding.nodes); });
  for (Binding& binding : plan.bindings) {
    renumbering.apply(binding.nodes);
    renumbering.apply(binding.artifact);
  }
  llvm::erase_if(plan.keptOutputs, [&](const KeptOutput& output) {
    return !renumbering.keeps(output.artifact.node) || !renumbering.keeps(output.waits);
  });
  for (KeptOutput& output : plan.keptOutputs) {
    renumbering.apply(output.artifact);
    renumbering.apply(output.waits);
  }

  renumbering.apply(roots);
  llvm::sort(roots);
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  plan.roots = std::move(roots);
  return plan;
}

} // namespace pipec::plan
