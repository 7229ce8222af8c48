// Attempts: what a node keeps of the step that ran for it, and of those before if it is tried
// again.
#pragma once

#include "runtime/cas/content_store.h"
#include "runtime/exec/build.h"
#include "runtime/exec/step.h"

namespace pipec::exec {

/// What a step cost, its logs, its report, and whether it failed.
void takeOutcome(NodeResult& result, const StepOutcome& outcome);

/// Puts both logs of a step behind those of `result`, under a line with `title` in the second.
llvm::Error appendLogs(NodeResult& result, const base::Digest& standardOutput,
                       const base::Digest& standardError, llvm::StringRef title,
                       cas::ContentStore& store);

/// `result` is that of one attempt, `before` that of all before it, the last of which has failed:
/// puts their logs in front of its own, adds their times, and notes that attempt.
llvm::Error joinAttempts(NodeResult& result, NodeResult before, cas::ContentStore& store);

} // namespace pipec::exec
