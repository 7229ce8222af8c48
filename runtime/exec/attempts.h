// Attempts: what a node that is tried again keeps of the tries before.
#pragma once

#include "runtime/cas/content_store.h"
#include "runtime/exec/build.h"

namespace pipec::exec {

/// Puts both logs of a step behind those of `result`, under a line with `title` in the second.
llvm::Error appendLogs(NodeResult& result, const base::Digest& standardOutput,
                       const base::Digest& standardError, llvm::StringRef title,
                       cas::ContentStore& store);

/// `result` is that of one attempt, `before` that of all before it, the last of which has failed:
/// puts their logs in front of its own, adds their times, and notes that attempt.
llvm::Error joinAttempts(NodeResult& result, NodeResult before, cas::ContentStore& store);

} // namespace pipec::exec
