// From a target's name to the nodes it needs, and a plan of those alone.
#include "compiler/plan/select_target.h"

#include "compiler/base/error.h"
#include "compiler/plan/prune.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

namespace pipec::plan {

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

/// The list of run-time length that `target` is an element of; empty if it is none.
static llvm::StringRef listOf(const Plan& plan, llvm::StringRef target) {
  auto isElement = [&](llvm::StringRef list) {
    return target.starts_with(list) && target.drop_front(list.size()).starts_with("[");
  };
  for (const Node& node : plan.nodes) {
    if (!node.expansion())
      continue;
    if (isElement(node.label))
      return node.label;
    for (const std::string& alias : node.aliases)
      if (isElement(alias))
        return alias;
  }
  return {};
}

static llvm::Error unknownTarget(const Plan& plan, llvm::StringRef target) {
  if (llvm::StringRef list = listOf(plan, target); !list.empty())
    return base::usageError("which elements `" + list +
                            "` has is only known when it is expanded, so `" + target +
                            "` cannot be built alone; build `" + list + "`");
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

llvm::Expected<Plan> selectTargets(const Plan& plan, llvm::ArrayRef<std::string> targets) {
  if (llvm::is_contained(targets, plan.pipeline))
    return plan;
  std::vector<NodeId> roots;
  for (const std::string& target : targets)
    if (llvm::Error error = addTarget(plan, target, roots))
      return error;
  includeWhatEffectsFollow(plan, roots);
  return prune(plan, std::move(roots));
}

llvm::Expected<Plan> selectTarget(const Plan& plan, llvm::StringRef target) {
  return selectTargets(plan, {target.str()});
}

} // namespace pipec::plan
