// The state machine of an environment.
#include "runtime/environment/state.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::environment {

/// An attempt begins: from here on, and until it is known to have ended well, nobody knows what is
/// there. A hold on one release says nothing about another.
static State begun(State state, const Event& event) {
  ++state.generation;
  state.desired = event.release;
  state.origin = event.origin;
  state.recorded = {Recorded::Kind::Unknown, {}};
  state.verified = Verified::None;
  state.observed = {};
  if (state.hold && state.hold->release != event.release)
    state.hold.reset();
  return state;
}

static bool speaksOfAGeneration(EventKind kind) {
  switch (kind) {
  case EventKind::Begin:
  case EventKind::Rollback:
  case EventKind::Freeze:
  case EventKind::Unfreeze:
  case EventKind::Unhold:
    return false;
  case EventKind::Succeed:
  case EventKind::Abandon:
  case EventKind::Probe:
  case EventKind::Pass:
  case EventKind::Fail:
  case EventKind::Settle:
  case EventKind::Confirm:
    return true;
  }
  llvm_unreachable("an event of no kind");
}

std::optional<State> next(const State& before, const Event& event) {
  State state = before;
  if (speaksOfAGeneration(event.kind) && event.generation != state.generation) {
    if (event.kind != EventKind::Succeed)
      return std::nullopt;
    state.recorded = {Recorded::Kind::Unknown, {}};
    state.verified = Verified::None;
    return state;
  }
  switch (event.kind) {
  case EventKind::Begin:
    return begun(std::move(state), event);
  case EventKind::Rollback:
    state = begun(std::move(state), event);
    // Where nothing else was there, what an earlier rollback holds back stays so.
    state.hold =
        event.undone == event.release ? before.hold : Hold{event.undone, event.by, event.text};
    return state;
  case EventKind::Succeed:
    state.recorded = {Recorded::Kind::Release, event.release};
    return state;
  case EventKind::Abandon:
    return state;
  case EventKind::Probe:
    state.observed = event.text.empty() ? Observed{Observed::Kind::Absent, {}}
                                        : Observed{Observed::Kind::Identity, event.text};
    return state;
  case EventKind::Pass:
  case EventKind::Fail:
    // Tests judge what is recorded; of something unknown there is no verdict.
    if (state.recorded.kind != Recorded::Kind::Release)
      return std::nullopt;
    state.verified = event.kind == EventKind::Pass ? Verified::Pass : Verified::Fail;
    return state;
  case EventKind::Settle:
    if (state.recorded.kind != Recorded::Kind::Release || state.verified == Verified::Fail)
      return std::nullopt;
    state.stable = state.recorded.release;
    return state;
  case EventKind::Freeze:
    state.freeze = Freeze{event.by, event.text, event.until};
    return state;
  case EventKind::Unfreeze:
    state.freeze.reset();
    return state;
  case EventKind::Unhold:
    state.hold.reset();
    return state;
  case EventKind::Confirm:
    state.origin = event.origin;
    return state;
  }
  llvm_unreachable("an event of no kind");
}

bool isFrozen(const State& state, int64_t now) {
  return state.freeze && (!state.freeze->until || *state.freeze->until > now);
}

bool hasDrifted(const State& state) {
  if (state.recorded.kind != Recorded::Kind::Release)
    return false;
  return state.observed.kind == Observed::Kind::Absent ||
         (state.observed.kind == Observed::Kind::Identity &&
          state.observed.identity != state.recorded.release.hex());
}

std::string text(const Recorded& recorded) {
  switch (recorded.kind) {
  case Recorded::Kind::Nothing:
    return "";
  case Recorded::Kind::Release:
    return recorded.release.text();
  case Recorded::Kind::Unknown:
    return "unknown";
  }
  llvm_unreachable("a record of no kind");
}

llvm::StringRef verifiedName(Verified verified) {
  switch (verified) {
  case Verified::None:
    return "none";
  case Verified::Pass:
    return "pass";
  case Verified::Fail:
    return "fail";
  }
  llvm_unreachable("a verdict without a name");
}

} // namespace pipec::environment
