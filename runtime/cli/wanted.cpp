// Wishes of all plans of an invocation.
#include "runtime/cli/wanted.h"

#include "runtime/report/failure.h"

namespace pipec::cli {

static std::vector<const plan::Plan*> wantedPlans(llvm::ArrayRef<engine::SelectedPlan> plans) {
  std::vector<const plan::Plan*> wanted;
  for (const engine::SelectedPlan& plan : plans)
    wanted.push_back(&plan.wanted);
  return wanted;
}

llvm::Expected<std::vector<exec::Want>> wantsOf(llvm::ArrayRef<engine::SelectedPlan> plans,
                                                const workspace::Workspace& workspace,
                                                const workspace::Trust& trust, bool withEffects) {
  std::vector<exec::Want> wants =
      exec::wantsOf(wantedPlans(plans), withEffects, workspace.root, trust);
  auto settings = workspace::doubtfulSettings(workspace);
  if (!settings)
    return settings.takeError();
  if (*settings)
    wants.push_back({(*settings)->wish, trust.allows((*settings)->wish), {}});
  return wants;
}

bool tellUngranted(const PreparedBuild& prepared, Streams& io) {
  const std::string& root = prepared.invocation.workspace.root;
  bool any = false;
  for (const exec::Want& want : exec::wantsOf(
           wantedPlans(prepared.plans), !prepared.settings.build.noDeploy, root, prepared.trust)) {
    const plan::Node& node = *want.by.front();
    exec::NodeResult result;
    result.failure = exec::refuseUngranted(want.wish, prepared.trust, node.label, node.location);
    if (!result.failure)
      continue;
    any = true;
    if (want.by.size() > 1)
      result.failure->message +=
          " (" + std::to_string(want.by.size() - 1) + " more want it as well)";
    io.err << report::failureBlock(node, result, report::OutputTail(), nullptr, io.style());
  }
  return any;
}

} // namespace pipec::cli
