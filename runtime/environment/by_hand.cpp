// Rollbacks and probes by hand.
#include "runtime/environment/by_hand.h"

#include "compiler/base/error.h"
#include "runtime/environment/decision.h"

#include "llvm/ADT/STLExtras.h"

#include <unistd.h>

namespace pipec::environment {

static llvm::Expected<std::unique_ptr<EnvironmentLock>> take(Operator& hands,
                                                             llvm::StringRef environment,
                                                             llvm::StringRef command,
                                                             const EnvironmentLock::Wait& wait) {
  const OperatorWorld& world = hands.world();
  std::string holder =
      ("`pipec " + command + "` of " + world.actor + ", process " + llvm::Twine(::getpid())).str();
  return EnvironmentLock::acquire(world.ledger.folder(), environment, holder, wait);
}

static std::string inUse(llvm::StringRef name, const EnvironmentLock::Wait& wait) {
  if (wait.interrupted())
    return ("interrupted while it waited for `" + name + "`").str();
  return ("`" + name + "` was in use by another pipec for " +
          llvm::Twine(wait.timeout.count() / 1000) + " s")
      .str();
}

// ---- which releases ------------------------------------------------------------

static std::string listed(llvm::StringRef name, llvm::ArrayRef<StableRelease> releases) {
  static constexpr size_t Shown = 10;
  std::string text;
  for (const StableRelease& release : releases.take_front(Shown)) {
    text += ("\n  pipec rollback " + name + " --to ").str() + release.id.shortHex();
    if (release.origin && !commitOf(*release.origin).empty())
      text += ("   (commit " + commitOf(*release.origin).take_front(12) + ")").str();
  }
  if (releases.size() > Shown)
    text += "\n  … and " + std::to_string(releases.size() - Shown) + " older ones";
  return text;
}

static constexpr llvm::StringLiteral OldNamesLost =
    "; what was stable before was named by an older pipec, in a way that can be forged: deploy "
    "once, and that release can be gone back to";

static llvm::Expected<base::Digest> choose(llvm::StringRef name, const State& state,
                                           const std::vector<StableRelease>& releases,
                                           bool hadOldNames, llvm::StringRef to) {
  if (releases.empty() || (to.empty() && !state.stable))
    return base::usageError("`" + name + "` has no stable release to go back to" +
                            (hadOldNames ? OldNamesLost : ""));
  if (to.empty() && !state.recorded.is(*state.stable))
    return *state.stable;
  llvm::StringRef digits = to;
  digits.consume_front("sha256:");
  std::vector<StableRelease> others;
  llvm::copy_if(releases, std::back_inserter(others), [&](const StableRelease& release) {
    return to.empty() ? release.id != *state.stable
                      : llvm::StringRef(release.id.hex()).starts_with(digits);
  });
  if (to.empty())
    return base::usageError("`" + name + "` runs its stable release " + state.stable->shortHex() +
                            " already" +
                            (others.empty() ? ", and no other was ever stable there"
                                            : "; further back are:" + listed(name, others)));
  if (others.empty())
    return base::usageError("no release `" + to + "` was ever stable in `" + name +
                            "`; these were:" + listed(name, releases));
  if (others.size() > 1)
    return base::usageError("several releases begin with `" + to + "`:" + listed(name, others));
  return others.front().id;
}

/// What is to go: what is there or, where nobody knows, what was to be there.
static base::Digest undoneBy(const State& state, const base::Digest& target) {
  if (state.recorded.kind == Recorded::Kind::Release && state.recorded.release != target)
    return state.recorded.release;
  if (state.desired && *state.desired != target)
    return *state.desired;
  return state.hold ? state.hold->release : target;
}

// ---- rollback ------------------------------------------------------------------

static HandResult resultOf(Operator::Undone undone, const base::Digest& release,
                           const base::Digest& gone) {
  HandResult result;
  result.text = std::move(undone.text);
  result.outcome = std::move(undone.outcome);
  result.release = release;
  switch (undone.state) {
  case Operator::UndoState::Done:
    result.state = HandState::Done;
    break;
  case Operator::UndoState::Held:
    result.state = HandState::Held;
    return result;
  case Operator::UndoState::Refused:
    result.state = HandState::Refused;
    return result;
  case Operator::UndoState::Failed:
    result.state = HandState::Failed;
    break;
  }
  if (gone != release)
    result.undone = gone;
  return result;
}

llvm::Expected<HandResult> rollBackByHand(Operator& hands, const HandRollback& what,
                                          const EnvironmentLock::Wait& wait) {
  Ledger& ledger = hands.world().ledger;
  std::string name = nameOf(what.environment).str();
  auto lock = take(hands, what.environment, "rollback", wait);
  if (!lock)
    return lock.takeError();
  if (!*lock)
    return HandResult{HandState::Refused, inUse(name, wait), {}, {}, {}};
  auto state = ledger.state(what.environment);
  if (!state)
    return state.takeError();
  auto releases = ledger.stableReleases(what.environment);
  if (!releases)
    return releases.takeError();
  auto hadOldNames = ledger.hadStableUnderOldName(what.environment);
  if (!hadOldNames)
    return hadOldNames.takeError();
  auto to = choose(name, *state, *releases, *hadOldNames, what.to);
  if (!to)
    return to.takeError();
  if (state->recorded.is(*to))
    return HandResult{
        HandState::Done, "`" + name + "` runs release " + to->shortHex() + " already", *to, {}, {}};
  auto isFrozen = [&](const State& current) { return whyFrozen(current, name, ledger.now()); };
  if (auto reason = isFrozen(*state))
    return HandResult{HandState::Held, std::move(*reason), *to, {}, {}};
  base::Digest gone = undoneBy(*state, *to);
  auto stable = ledger.existingRelease(what.environment, *to);
  if (!stable)
    return stable.takeError();
  auto undone = ledger.existingRelease(what.environment, gone);
  if (!undone)
    return undone.takeError();
  const std::string& actor = hands.world().actor;
  std::string reason = "by " + actor + (what.reason.empty() ? "" : ": " + what.reason);
  auto done = hands.rollBack({what.environment, std::move(*undone), std::move(*stable), actor,
                              std::move(reason), (*lock)->descriptor(), isFrozen});
  if (!done)
    return done.takeError();
  return resultOf(std::move(*done), *to, gone);
}

// ---- probe ---------------------------------------------------------------------

llvm::Expected<HandProbe> probeByHand(Operator& hands, const std::string& environment,
                                      const EnvironmentLock::Wait& wait) {
  Ledger& ledger = hands.world().ledger;
  auto hasProbe = [&](const State& state) -> llvm::Expected<std::optional<Release>> {
    if (state.recorded.kind != Recorded::Kind::Release)
      return std::nullopt;
    auto release = ledger.existingRelease(environment, state.recorded.release);
    if (!release)
      return release.takeError();
    return release->action.spec.probe ? std::optional(std::move(*release)) : std::nullopt;
  };
  auto before = ledger.state(environment);
  if (!before)
    return before.takeError();
  auto any = hasProbe(*before);
  if (!any || !*any) // nobody waits for nothing
    return any ? llvm::Expected<HandProbe>(HandProbe()) : any.takeError();
  auto lock = take(hands, environment, "envs --probe", wait);
  if (!lock)
    return lock.takeError();
  if (!*lock)
    return HandProbe{false, inUse(nameOf(environment), wait)};
  auto state = ledger.state(environment);
  if (!state)
    return state.takeError();
  auto release = hasProbe(*state);
  if (!release || !*release)
    return release ? llvm::Expected<HandProbe>(HandProbe()) : release.takeError();
  auto answer = hands.probe(targetOf(environment, **release), (*release)->action,
                            (*release)->deploymentUrls, std::move(*state), (*lock)->descriptor());
  if (!answer)
    return answer.takeError();
  return HandProbe{answer->problem.empty(), std::move(answer->problem)};
}

} // namespace pipec::environment
