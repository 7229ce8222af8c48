// The questions that every reader of a plan asks of a node.
#include "compiler/plan/plan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::plan {

bool Node::isEffect() const {
  if (isTree())
    return false;
  ActionKind kind = action().kind;
  return kind == ActionKind::Deploy || kind == ActionKind::LiveTest || kind == ActionKind::Approve;
}

const Expansion* Node::expansion() const {
  return isTree() ? std::get_if<Expansion>(&tree()) : nullptr;
}

static void addArtifacts(const TreeSpec& tree, std::vector<NodeId>& out) {
  if (const auto* composed = std::get_if<ComposedTree>(&tree)) {
    for (const ComposedTree::Entry& entry : composed->entries)
      out.push_back(entry.artifact.node);
  } else if (const auto* part = std::get_if<TreePart>(&tree)) {
    out.push_back(part->of.node);
  } else if (const auto* selection = std::get_if<TreeSelection>(&tree)) {
    out.push_back(selection->of.node);
  } else if (const auto* expansion = std::get_if<Expansion>(&tree); expansion && expansion->of) {
    out.push_back(expansion->of->node);
  }
}

static void addArtifacts(const ActionSpec& spec, std::vector<NodeId>& out) {
  for (const Input& input : spec.inputs)
    out.push_back(input.artifact.node);
  for (const std::optional<ArtifactRef>& role : {spec.work, spec.image, spec.subject})
    if (role)
      out.push_back(role->node);
  llvm::append_range(out, spec.deployments);
}

std::vector<NodeId> dependencies(const Node& node) {
  std::vector<NodeId> found = node.waits;
  if (node.isTree())
    addArtifacts(node.tree(), found);
  else
    addArtifacts(node.action(), found);
  llvm::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

llvm::StringRef kindName(const Node& node) {
  if (node.isTree())
    return node.expansion()                             ? "expand"
           : std::holds_alternative<Merge>(node.tree()) ? "merge"
                                                        : "tree";
  switch (node.action().kind) {
  case ActionKind::Source:
    return "source";
  case ActionKind::Build:
    return "build";
  case ActionKind::Test:
    return "test";
  case ActionKind::LiveTest:
    return "live";
  case ActionKind::Deploy:
    return "deploy";
  case ActionKind::Approve:
    return "approve";
  }
  llvm_unreachable("an action has one of six kinds");
}

bool isNamed(const Plan& plan, const Node& node) {
  return llvm::any_of(plan.bindings,
                      [&](const Binding& binding) { return binding.label == node.label; });
}

} // namespace pipec::plan
