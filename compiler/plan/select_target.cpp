// From a target's name to the nodes it needs, and a plan of those alone.
#include "compiler/plan/select_target.h"

#include "compiler/base/error.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

namespace pipec::plan {

/// Marks `roots` and everything they need. Dependencies have smaller ids, so one sweep downwards is
/// enough, however deep the graph.
static std::vector<bool> reachedFrom(const Plan& plan, llvm::ArrayRef<NodeId> roots) {
  std::vector<bool> reached(plan.nodes.size());
  for (NodeId root : roots)
    reached[root.index] = true;
  for (size_t i = plan.nodes.size(); i-- > 0;)
    if (reached[i])
      for (NodeId dependency : dependencies(plan.nodes[plan.nodes.idAt(i)]))
        reached[dependency.index] = true;
  return reached;
}

static void addStage(const Plan& plan, StageId stage, std::vector<NodeId>& roots) {
  for (const Binding& binding : plan.bindings)
    if (binding.stage == stage)
      llvm::append_range(roots, binding.nodes);
  for (const KeptOutput& output : plan.keptOutputs)
    if (output.stage == stage) {
      roots.push_back(output.artifact.node);
      llvm::append_range(roots, output.waits);
    }
}

/// Labels of bindings, then labels and aliases of nodes.
static bool addLabel(const Plan& plan, llvm::StringRef target, std::vector<NodeId>& roots) {
  for (const Binding& binding : plan.bindings)
    if (binding.label == target) {
      llvm::append_range(roots, binding.nodes);
      return true;
    }
  for (size_t i = 0; i < plan.nodes.size(); ++i) {
    const Node& node = plan.nodes[plan.nodes.idAt(i)];
    if (node.label == target || llvm::is_contained(node.aliases, target)) {
      roots.push_back(plan.nodes.idAt(i));
      return true;
    }
  }
  return false;
}

/// An effect starts when everything bound in the stages before its own has succeeded. So a
/// selection with effects includes what stands before the stage of the last of them.
static void includeWhatEffectsFollow(const Plan& plan, std::vector<NodeId>& roots) {
  std::vector<bool> reached = reachedFrom(plan, roots);
  StageId last;
  for (size_t i = 0; i < plan.nodes.size(); ++i) {
    const Node& node = plan.nodes[plan.nodes.idAt(i)];
    if (reached[i] && node.isEffect() && (!last.valid() || last < node.stage))
      last = node.stage;
  }
  if (!last.valid())
    return;
  for (const Binding& binding : plan.bindings) {
    if (binding.stage.valid() && binding.stage >= last)
      break;
    llvm::append_range(roots, binding.nodes);
  }
}

static llvm::Error unknownTarget(const Plan& plan, llvm::StringRef target) {
  std::string nearest;
  unsigned best = std::max<unsigned>(2, target.size() / 4) + 1;
  auto consider = [&](llvm::StringRef name) {
    unsigned distance = target.edit_distance(name, /*AllowReplacements=*/true, best);
    if (distance < best) {
      best = distance;
      nearest = name.str();
    }
  };
  consider(plan.pipeline);
  for (const Stage& stage : plan.stages)
    consider(plan.pipeline + "." + stage.name);
  for (const Binding& binding : plan.bindings)
    consider(binding.label);
  if (nearest.empty())
    return base::usageError("there is no target `" + target + "`; `pipec list` names them all");
  return base::usageError("there is no target `" + target + "`; did you mean `" + nearest + "`?");
}

static llvm::Error addTarget(const Plan& plan, llvm::StringRef target, std::vector<NodeId>& roots) {
  for (size_t i = 0; i < plan.stages.size(); ++i) {
    const Stage& stage = plan.stages[plan.stages.idAt(i)];
    llvm::StringRef rest = target;
    if (!rest.consume_front(plan.pipeline + "." + stage.name) ||
        !(rest.empty() || rest.starts_with(".")))
      continue;
    if (stage.skipped)
      return base::usageError("there is no `" + target + "` in this plan: stage `" + stage.name +
                              "` is skipped, because its `when` is false for these parameters");
    if (!rest.empty())
      continue;
    addStage(plan, plan.stages.idAt(i), roots);
    return llvm::Error::success();
  }
  if (!addLabel(plan, target, roots))
    return unknownTarget(plan, target);
  return llvm::Error::success();
}

// ---- a plan of the reached nodes ------------------------------------------------

namespace {
/// Copies a plan without the nodes that were not reached.
class Pruner {
public:
  Pruner(const Plan& plan, const std::vector<bool>& reached) : plan(plan), newIds(reached.size()) {
    uint32_t next = 0;
    for (size_t i = 0; i < reached.size(); ++i)
      if (reached[i])
        newIds[i] = NodeId{next++};
  }

  bool isKept(NodeId id) const { return newIds[id.index].valid(); }
  void renumber(NodeId& id) const { id = newIds[id.index]; }
  void renumber(ArtifactRef& artifact) const { renumber(artifact.node); }
  template <class T> void renumber(std::optional<T>& value) const {
    if (value)
      renumber(*value);
  }
  void renumber(std::vector<NodeId>& ids) const {
    for (NodeId& id : ids)
      renumber(id);
  }
  void renumber(TreeSpec& tree) const {
    if (auto* composed = std::get_if<ComposedTree>(&tree)) {
      for (ComposedTree::Entry& entry : composed->entries)
        renumber(entry.artifact);
    } else if (auto* part = std::get_if<TreePart>(&tree)) {
      renumber(part->of);
    } else if (auto* selection = std::get_if<TreeSelection>(&tree)) {
      renumber(selection->of);
    }
  }
  void renumber(ActionSpec& spec) const {
    for (Input& input : spec.inputs)
      renumber(input.artifact);
    renumber(spec.work);
    renumber(spec.image);
    renumber(spec.subject);
    renumber(spec.deployments);
  }
  void renumber(Node& node) const {
    std::visit([&](auto& what) { renumber(what); }, node.what);
    renumber(node.waits);
  }

  Plan prune(std::vector<NodeId> roots) const;

private:
  bool allKept(llvm::ArrayRef<NodeId> ids) const {
    return llvm::all_of(ids, [&](NodeId id) { return isKept(id); });
  }

  const Plan& plan;
  std::vector<NodeId> newIds; ///< invalid for what is left out
};
} // namespace

Plan Pruner::prune(std::vector<NodeId> roots) const {
  Plan result;
  result.pipeline = plan.pipeline;
  result.module = plan.module;
  result.parameters = plan.parameters;
  result.stages = plan.stages;
  result.environments = plan.environments;
  result.declaredOutputs = plan.declaredOutputs;
  for (size_t i = 0; i < plan.nodes.size(); ++i)
    if (isKept(plan.nodes.idAt(i)))
      renumber(result.nodes[result.nodes.push(plan.nodes[plan.nodes.idAt(i)])]);
  for (const Binding& binding : plan.bindings)
    if (allKept(binding.nodes) && (!binding.artifact || isKept(binding.artifact->node))) {
      renumber(result.bindings.emplace_back(binding).nodes);
      renumber(result.bindings.back().artifact);
    }
  // A copy whose content is made anyway is kept up to date, too.
  for (const KeptOutput& output : plan.keptOutputs)
    if (isKept(output.artifact.node) && allKept(output.waits)) {
      renumber(result.keptOutputs.emplace_back(output).artifact);
      renumber(result.keptOutputs.back().waits);
    }
  result.roots = std::move(roots);
  renumber(result.roots);
  llvm::sort(result.roots);
  result.roots.erase(std::unique(result.roots.begin(), result.roots.end()), result.roots.end());
  return result;
}

llvm::Expected<Plan> selectTargets(const Plan& plan, llvm::ArrayRef<std::string> targets) {
  if (llvm::is_contained(targets, plan.pipeline))
    return plan;
  std::vector<NodeId> roots;
  for (const std::string& target : targets)
    if (llvm::Error error = addTarget(plan, target, roots))
      return error;
  includeWhatEffectsFollow(plan, roots);
  std::vector<bool> reached = reachedFrom(plan, roots);
  return Pruner(plan, reached).prune(std::move(roots));
}

llvm::Expected<Plan> selectTarget(const Plan& plan, llvm::StringRef target) {
  return selectTargets(plan, {target.str()});
}

} // namespace pipec::plan
