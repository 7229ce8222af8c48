// Area `lower`: the plan of the first pipeline as JSON (`.json`), and all diagnostics (`.diag`).
#include "areas.h"
#include "case_plan.h"

#include "compiler/base/json.h"
#include "compiler/plan/plan_json.h"

namespace pipec::golden {

Outcome runLower(const std::string& folder, const std::string& file) {
  CasePlan lowered;
  lowerCase(folder, file, lowered);
  Outcome outcome;
  outcome.failed = !lowered.plan;
  outcome.sidecars["diag"] = render(lowered.sources, lowered.diagnostics) + lowered.error;
  outcome.sidecars["json"] = lowered.plan ? base::renderJson([&](llvm::json::OStream& json) {
    plan::writeJson(json, *lowered.plan);
  })
                                          : "";
  return outcome;
}

} // namespace pipec::golden
