// Counting the states of nodes.
#include "runtime/report/tally.h"

#include "runtime/report/text.h"

namespace pipec::report {

using exec::NodeState;

static bool failedInResolve(const plan::Node& node, const exec::NodeResult& result) {
  const std::optional<plan::Command>& resolve = node.action().resolve;
  return resolve && result.failure && result.failure->location.line == resolve->location.line &&
         result.failure->location.column == resolve->location.column;
}

bool ranItsCommands(const plan::Node& node, const exec::NodeResult& result) {
  if (node.isTree())
    return false;
  if (result.state == NodeState::Succeeded || result.state == NodeState::Flaky)
    return true;
  return result.state == NodeState::Failed && result.stdoutDigest && !failedInResolve(node, result);
}

void Tally::add(const plan::Node& node, const exec::NodeResult& result) {
  bool wasInterrupted = result.failure && result.failure->cancelled;
  if (node.isTree() && (result.state != NodeState::Failed || wasInterrupted))
    return;
  if (wasInterrupted) {
    ++interrupted;
    return;
  }
  executed += ranItsCommands(node, result);
  cached += result.state == NodeState::Cached;
  failed += result.state == NodeState::Failed && !result.tolerated;
  warned += result.state == NodeState::Failed && result.tolerated;
  flaky += result.state == NodeState::Flaky;
  skipped += result.state == NodeState::Skipped;
  held += result.state == NodeState::Held;
  superseded += result.state == NodeState::Superseded;
  repeated += result.repetition.has_value();
  irreproducible += result.isIrreproducible();
}

Tally& Tally::operator+=(const Tally& other) {
  executed += other.executed;
  cached += other.cached;
  failed += other.failed;
  warned += other.warned;
  flaky += other.flaky;
  skipped += other.skipped;
  held += other.held;
  superseded += other.superseded;
  interrupted += other.interrupted;
  repeated += other.repeated;
  irreproducible += other.irreproducible;
  return *this;
}

static std::string line(const Tally& tally, llvm::StringRef executed, int64_t milliseconds) {
  std::string text = "pipec: " + std::to_string(tally.executed) + " " + executed.str() + ", " +
                     std::to_string(tally.cached) + " cached, " + std::to_string(tally.failed) +
                     " failed";
  auto also = [&](uint64_t count, const char* what) {
    if (count)
      text += ", " + std::to_string(count) + " " + what;
  };
  also(tally.warned, "warned");
  also(tally.flaky, "flaky");
  also(tally.skipped, "skipped");
  also(tally.held, "held");
  also(tally.superseded, "superseded");
  also(tally.interrupted, "interrupted");
  also(tally.repeated, "repeated");
  also(tally.irreproducible, "not deterministic");
  return text + " in " + secondsText(milliseconds);
}

std::string finalLine(const Tally& tally, int64_t milliseconds) {
  return line(tally, "executed", milliseconds);
}

std::string dryRunFinalLine(const Tally& tally, int64_t milliseconds) {
  return line(tally, "to execute", milliseconds);
}

} // namespace pipec::report
