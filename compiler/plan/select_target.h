// Narrowing a pipeline's plan to targets.
#pragma once

#include "compiler/plan/plan.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace pipec::plan {

/// `target` is a label of `plan` (`site.prod.live`), another name of a node, a stage (`site.prod`),
/// or the pipeline's name for all of it. The result's roots are what the target needs; nodes that
/// nothing reaches are gone and ids are renumbered. A target with effects includes everything
/// textually before its stage. Kept outputs stay if their stage is the target, or if the target
/// makes their content anyway. An unknown target is a usage error with a suggestion; a skipped
/// stage one that says so.
llvm::Expected<Plan> selectTarget(const Plan& plan, llvm::StringRef target);

/// The same for several targets of one pipeline at once.
llvm::Expected<Plan> selectTargets(const Plan& plan, llvm::ArrayRef<std::string> targets);

} // namespace pipec::plan
