// Whether a deploy has anything to do, and whether it may.
#include "runtime/environment/decision.h"

#include "compiler/base/time_text.h"

namespace pipec::environment {

Judgement judge(const State& state, const Proposal& proposal) {
  std::string name = "`" + proposal.environment + "`";
  std::string release = "release " + proposal.release.shortHex();
  switch (state.recorded.kind) {
  case Recorded::Kind::Nothing:
    return {false, "nothing is deployed to " + name + " yet"};
  case Recorded::Kind::Unknown:
    return {false, "the last deploy to " + name + " did not succeed, so what it runs is unknown"};
  case Recorded::Kind::Release:
    break;
  }
  if (!state.recorded.is(proposal.release))
    return {false, name + " runs release " + state.recorded.release.shortHex() + ", this is " +
                       proposal.release.shortHex()};
  if (state.desired != proposal.release)
    return {false, release + " is not what " + name + " was last asked to run"};
  if (state.verified == Verified::Fail)
    return {false, release + " is there, but its live tests failed"};
  if (proposal.isTested && state.verified != Verified::Pass)
    return {false, release + " is there, but its live tests never passed"};
  if (proposal.isProbed) {
    if (state.observed.kind == Observed::Kind::Unprobed)
      return {false, "the probe of " + name + " failed, so what it runs is unknown"};
    if (state.observed.kind == Observed::Kind::Absent)
      return {false, name + " shows no release at all"};
    if (state.observed.identity != proposal.release.hex())
      return {false, name + " shows `" + state.observed.identity + "`, not " + release};
  }
  return {true, proposal.isTested ? "already deployed and verified" : "already deployed"};
}

std::optional<std::string> whyFrozen(const State& state, llvm::StringRef name, int64_t now) {
  if (!isFrozen(state, now))
    return std::nullopt;
  std::string reason = ("`" + name + "` is frozen by ").str() + state.freeze->by;
  if (!state.freeze->reason.empty())
    reason += " (" + state.freeze->reason + ")";
  if (state.freeze->until)
    reason += " until " + base::timeText(*state.freeze->until);
  return reason + (": `pipec unfreeze " + name + "` lifts it").str();
}

std::optional<std::string> guard(const State& state, const Proposal& proposal) {
  std::string name = "`" + proposal.environment + "`";
  if (auto reason = whyFrozen(state, proposal.environment, proposal.now))
    return reason;
  if (state.hold && state.hold->release == proposal.release)
    return "release " + proposal.release.shortHex() + " was rolled back from " + name + " (" +
           state.hold->reason + "): change it, or `pipec unhold " + proposal.environment + "`";
  if (proposal.isProtected && !proposal.isNamed)
    return name + " is protected: deploy with `--deploy " + proposal.environment + "`";
  return std::nullopt;
}

} // namespace pipec::environment
