// Rollback: back to a stable release, from what was recorded and stored.
#include "runtime/environment/operator.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::environment {

/// Whether all that the step shows its commands is still stored.
static llvm::Expected<bool> isStored(const exec::BoundAction& action,
                                     const std::optional<cas::Content>& previous,
                                     cas::ContentStore& store) {
  std::vector<cas::Content> contents = action.inputs;
  for (const exec::WorkPart& part : action.work)
    contents.push_back(part.content);
  for (const std::optional<cas::Content>& content : {action.image, previous})
    if (content)
      contents.push_back(*content);
  for (const cas::Content& content : contents) {
    auto there = store.contains(content);
    if (!there || !*there)
      return there;
  }
  return true;
}

/// What the release was made from when it last went well; nullopt: nobody knows.
llvm::Expected<std::optional<Origin>> Operator::originOf(llvm::StringRef environment,
                                                         const base::Digest& release) {
  auto releases = world_.ledger.stableReleases(environment);
  if (!releases)
    return releases.takeError();
  for (StableRelease& stable : *releases)
    if (stable.id == release)
      return std::move(stable.origin);
  return std::nullopt;
}

llvm::Expected<Operator::Undone> Operator::rollBack(const Undo& what) {
  bool byClause = what.undone.action.spec.rollback.has_value() && what.undone.id != what.stable.id;
  const Release& recipe = byClause ? what.undone : what.stable;
  const plan::ActionSpec& spec = recipe.action.spec;
  llvm::ArrayRef<plan::Command> commands = byClause ? llvm::ArrayRef<plan::Command>(*spec.rollback)
                                                    : llvm::ArrayRef<plan::Command>(spec.run);
  std::string refused = "`" + nameOf(what.environment).str() + "` was not rolled back: ";
  exec::StepOptions step;
  auto problem =
      prepare(step, spec, commands.front().location, targetOf(what.environment, recipe), what.lock);
  if (!problem)
    return problem.takeError();
  if (*problem)
    return Undone{UndoState::Refused, refused + (*problem)->message, std::nullopt};
  step.release = what.stable.id.hex();
  step.deploymentUrls = recipe.deploymentUrls;
  if (byClause)
    step.previous = what.stable.action.subject;
  // Before the intent: what cannot be done must not make the environment unknown.
  auto stored = isStored(recipe.action, step.previous, world_.steps.contentStore());
  if (!stored)
    return stored.takeError();
  if (!*stored)
    return Undone{UndoState::Refused,
                  refused + "the content of its releases is no longer in the content store",
                  std::nullopt};
  return undo(what, recipe.action, commands, step);
}

llvm::Expected<Operator::Undone> Operator::undo(const Undo& what, const exec::BoundAction& action,
                                                llvm::ArrayRef<plan::Command> commands,
                                                exec::StepOptions& step) {
  Ledger::Attempt attempt;
  attempt.kind = AttemptKind::Rollback;
  attempt.environment = what.environment;
  attempt.execution = world_.execution;
  attempt.actor = world_.actor;
  attempt.release = what.stable.id;
  attempt.undone = what.undone.id;
  attempt.by = what.by;
  attempt.reason = what.reason;
  auto origin = originOf(what.environment, what.stable.id);
  if (!origin)
    return origin.takeError();
  attempt.origin = std::move(*origin);
  auto begun = world_.ledger.begin(attempt, nullptr, what.guard);
  if (!begun)
    return begun.takeError();
  if (begun->refusal)
    return Undone{UndoState::Held, std::move(*begun->refusal), std::nullopt};
  setFence(step, begun->generation);
  auto outcome = world_.steps.run(action, commands, step);
  if (!outcome) {
    auto ended = world_.ledger.end(attempt, *begun, /*succeeded=*/false, "");
    return llvm::joinErrors(outcome.takeError(), ended.takeError());
  }
  std::string url = !outcome->url.empty() ? outcome->url : what.stable.url;
  auto current = world_.ledger.end(attempt, *begun, outcome->succeeded(), url);
  if (!current)
    return current.takeError();
  std::string name = "`" + nameOf(what.environment).str() + "`";
  Undone result;
  result.state = UndoState::Failed;
  if (outcome->failure) {
    result.text = "rolling " + name + " back failed: " + outcome->failure->message +
                  "; what it runs now is unknown";
  } else if (!*current) {
    result.text = name + " was deployed to by someone else during the rollback, so what it runs " +
                  "now is unknown";
  } else {
    Event event;
    event.kind = EventKind::Settle;
    event.generation = begun->generation;
    auto applied = world_.ledger.apply(what.environment, event);
    if (!applied)
      return applied.takeError();
    result.state = UndoState::Done;
    result.text = name + " was rolled back to release " + what.stable.id.shortHex();
  }
  result.outcome = std::move(*outcome);
  return result;
}

} // namespace pipec::environment
