// Everything in a plan that holds the id of a node.
#include "compiler/plan/renumber.h"

namespace pipec::plan {

namespace {
struct Renumbering {
  NewId newId;

  void apply(NodeId& id) const { id = newId(id); }
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
    } else if (auto* expansion = std::get_if<Expansion>(&tree)) {
      apply(expansion->of);
    }
  }
  void apply(base::Boxed<ActionSpec>& boxed) const {
    ActionSpec& spec = *boxed;
    for (Input& input : spec.inputs)
      apply(input.artifact);
    apply(spec.work);
    apply(spec.image);
    apply(spec.subject);
    apply(spec.deployments);
  }
};
} // namespace

void renumber(Node& node, NewId newId) {
  Renumbering renumbering{newId};
  std::visit([&](auto& what) { renumbering.apply(what); }, node.what);
  renumbering.apply(node.waits);
}

void renumber(Binding& binding, NewId newId) {
  Renumbering renumbering{newId};
  renumbering.apply(binding.nodes);
  renumbering.apply(binding.artifact);
}

void renumber(KeptOutput& output, NewId newId) {
  Renumbering renumbering{newId};
  renumbering.apply(output.artifact);
  renumbering.apply(output.waits);
}

void renumber(std::vector<NodeId>& ids, NewId newId) {
  Renumbering{newId}.apply(ids);
}

} // namespace pipec::plan
