// Joining logs and times.
#include "runtime/exec/attempts.h"

#include "runtime/exec/step_log.h"

#include <algorithm>

namespace pipec::exec {

void takeOutcome(NodeResult& result, const StepOutcome& outcome) {
  result.stdoutDigest = outcome.stdoutDigest;
  result.stderrDigest = outcome.stderrDigest;
  result.report = outcome.report;
  result.failure = outcome.failure;
  result.started = outcome.started;
  result.durationMs = outcome.durationMs;
  result.cpuMs = outcome.cpuMs;
  result.peakMemory = outcome.peakMemory;
}

static llvm::Error appendLog(std::optional<base::Digest>& log, llvm::StringRef title,
                             const base::Digest& more, cas::ContentStore& store) {
  // Each part keeps to the limit by itself.
  StepLog text(store, EverythingKept);
  llvm::Error problem = llvm::Error::success();
  auto add = [&](llvm::StringRef piece) {
    problem = llvm::joinErrors(std::move(problem), text.add(piece));
  };
  auto addLog = [&](const base::Digest& part) {
    auto found = store.pieces(part, add);
    if (!found)
      problem = llvm::joinErrors(std::move(problem), found.takeError());
  };
  if (log)
    addLog(*log);
  add(title);
  addLog(more);
  if (problem)
    return problem;
  auto digest = text.keep();
  if (!digest)
    return digest.takeError();
  log = *digest;
  return llvm::Error::success();
}

llvm::Error appendLogs(NodeResult& result, const base::Digest& standardOutput,
                       const base::Digest& standardError, llvm::StringRef title,
                       cas::ContentStore& store) {
  if (llvm::Error error = appendLog(result.stdoutDigest, "", standardOutput, store))
    return error;
  return appendLog(result.stderrDigest, ("--- " + title + "\n").str(), standardError, store);
}

llvm::Error joinAttempts(NodeResult& result, NodeResult before, cas::ContentStore& store) {
  Attempt attempt;
  attempt.failure = before.failure ? before.failure->message : before.reason;
  attempt.report = before.report;
  attempt.durationMs = before.durationMs;
  for (const Attempt& earlier : before.earlier)
    attempt.durationMs -= earlier.durationMs;
  result.earlier = std::move(before.earlier);
  result.earlier.push_back(std::move(attempt));
  result.started = before.started;
  result.durationMs += before.durationMs;
  result.cpuMs += before.cpuMs;
  result.peakMemory = std::max(result.peakMemory, before.peakMemory);
  base::Digest standardOutput = *result.stdoutDigest;
  base::Digest standardError = *result.stderrDigest;
  result.stdoutDigest = before.stdoutDigest;
  result.stderrDigest = before.stderrDigest;
  std::string title = "attempt " + std::to_string(result.earlier.size() + 1);
  return appendLogs(result, standardOutput, standardError, title, store);
}

} // namespace pipec::exec
