// Narrowing a pipeline's plan to one target.
#pragma once

#include "compiler/plan/plan.h"

#include "llvm/Support/Error.h"

namespace pipec::plan {

/// `target` is a label of `plan` (`site.prod.live`), a stage (`site.prod`), or the pipeline's name
/// for all of it. The result's roots are what the target needs; nodes that nothing reaches are gone
/// and ids are renumbered. A target with effects includes everything textually before its stage. An
/// unknown target is a usage error with a suggestion; a skipped stage one that says so.
llvm::Expected<Plan> selectTarget(const Plan& plan, llvm::StringRef target);

} // namespace pipec::plan
