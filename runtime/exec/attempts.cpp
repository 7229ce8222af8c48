// Joining logs and times.
#include "runtime/exec/attempts.h"

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
  std::string text;
  if (log) {
    auto before = store.bytes(*log);
    if (!before)
      return before.takeError();
    text = before->value_or("");
  }
  auto added = store.bytes(more);
  if (!added)
    return added.takeError();
  text += title;
  text += added->value_or("");
  auto digest = store.putBytes(text);
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
