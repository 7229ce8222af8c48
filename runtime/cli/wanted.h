// What the plans of an invocation want of their user, and refusing to run without it.
#pragma once

#include "runtime/cli/invocation.h"

#include "llvm/Support/Error.h"

#include <vector>

namespace pipec::cli {

/// What `plans` want and, if there are any, the settings of the workspace that need trust. Points
/// into the plans.
llvm::Expected<std::vector<exec::Want>> wantsOf(llvm::ArrayRef<engine::SelectedPlan> plans,
                                                const workspace::Workspace& workspace,
                                                const workspace::Trust& trust, bool withEffects);

/// Tells of each wish of the plans that is not granted (R1024): before anything runs, so that
/// nobody hears of the second one after an hour. False: there is none.
bool tellUngranted(const PreparedBuild& prepared, Streams& io);

} // namespace pipec::cli
