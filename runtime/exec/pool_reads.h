// What a step's depfile says it read: from paths of its root to files of its pools.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cache/action_cache.h"
#include "runtime/sandbox/spawn.h"

#include "llvm/Support/Error.h"

#include <string>

namespace pipec::exec {

struct DepfileReads {
  cache::ReadSet reads;
  std::string code;    ///< of a problem: R1003, or R1014 if there is no depfile or none can be read
  std::string problem; ///< one sentence; empty if all is well
};

/// Whether a depfile decides what of the action's inputs counts.
bool hasPools(const plan::ActionSpec& spec);

/// Reads the depfile of a step whose commands have succeeded and whose root is still open. Paths
/// are followed in that root, so a link into a pool counts as the file it leads to. A folder that
/// the depfile names counts with all that is in it. What is below `/w`, `/o`, `/tmp` or in the root
/// does not count, nor do inputs that are no pool. `copy`: a name on the host for a copy.
llvm::Expected<DepfileReads> readDepfile(sandbox::StepRoot& root,
                                         const sandbox::SpawnRunner& runner,
                                         const sandbox::Spawn& spawn, const plan::ActionSpec& spec,
                                         const std::string& copy);

} // namespace pipec::exec
