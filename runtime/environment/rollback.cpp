// Rollback: back to the stable release, from what was recorded and stored.
#include "compiler/base/error.h"
#include "runtime/environment/delivery.h"

namespace pipec::environment {

llvm::Expected<Delivery::Undone> Delivery::rollBack(const Undo& undo, const Context& context) {
  auto state = ledger_.state(undo.target.identity);
  if (!state)
    return state.takeError();
  std::string name = "`" + undo.target.name + "`";
  if (!state->stable)
    return Undone{name + " has no stable release to go back to", std::nullopt};
  if (*state->stable == undo.release)
    return Undone{name + " runs its stable release already", std::nullopt};
  auto stable = ledger_.release(undo.target.identity, *state->stable);
  if (!stable)
    return stable.takeError();
  auto undone = ledger_.release(undo.target.identity, undo.release);
  if (!undone)
    return undone.takeError();
  if (!*stable || !*undone)
    return base::worldError("the deploy state in `" + ledger_.folder() +
                            "` lacks a release that it names; restore it from a backup");
  return runRollback(undo, **undone, **stable, context);
}

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

llvm::Expected<Delivery::Undone> Delivery::runRollback(const Undo& undo, const Release& undone,
                                                       const Release& stable,
                                                       const Context& context) {
  std::string name = "`" + undo.target.name + "`";
  bool byClause = undone.action.spec.rollback.has_value();
  const Release& recipe = byClause ? undone : stable;
  const plan::ActionSpec& spec = recipe.action.spec;
  llvm::ArrayRef<plan::Command> commands = byClause ? llvm::ArrayRef<plan::Command>(*spec.rollback)
                                                    : llvm::ArrayRef<plan::Command>(spec.run);

  Target target{undo.target.identity, undo.target.name, recipe.paths, recipe.secretsFrom};
  exec::StepOptions step;
  auto problem = prepare(step, spec, commands.front().location, target, context);
  if (!problem)
    return problem.takeError();
  if (*problem)
    return Undone{name + " was not rolled back: " + (*problem)->message, std::nullopt};
  step.release = stable.id.hex();
  step.deploymentUrls = recipe.deploymentUrls;
  if (byClause)
    step.previous = stable.action.subject;
  // Before the intent: what cannot be done must not make the environment unknown.
  auto stored = isStored(recipe.action, step.previous, context.steps.contentStore());
  if (!stored)
    return stored.takeError();
  if (!*stored)
    return Undone{name + " was not rolled back: the content of its releases is no longer in the " +
                      "content store",
                  std::nullopt};

  Ledger::Attempt attempt;
  attempt.kind = AttemptKind::Rollback;
  attempt.environment = undo.target.identity;
  attempt.execution = context.options.execution;
  attempt.actor = options_.actor;
  attempt.release = stable.id;
  attempt.undone = undone.id;
  attempt.reason = undo.reason;
  auto begun = ledger_.begin(attempt, nullptr);
  if (!begun)
    return begun.takeError();
  setFence(step, context, begun->generation);
  auto outcome = context.steps.run(recipe.action, commands, step);
  if (!outcome) {
    auto ended = ledger_.end(attempt, *begun, /*succeeded=*/false, "");
    return llvm::joinErrors(outcome.takeError(), ended.takeError());
  }
  std::string url = !outcome->url.empty() ? outcome->url : stable.url;
  auto current = ledger_.end(attempt, *begun, outcome->succeeded(), url);
  if (!current)
    return current.takeError();
  Undone result;
  if (outcome->failure)
    result.text = "rolling " + name + " back failed too: " + outcome->failure->message +
                  "; what it runs now is unknown";
  else if (!*current)
    result.text = name + " was deployed to by someone else during the rollback, so what it runs " +
                  "now is unknown";
  else
    result.text = name + " was rolled back to release " + stable.id.shortHex();
  result.outcome = std::move(*outcome);
  return result;
}

} // namespace pipec::environment
