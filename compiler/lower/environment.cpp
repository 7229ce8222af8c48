// Environments, as far as the plan has them.
#include "compiler/lower/action.h"
#include "compiler/lower/action_body.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::lower {

static void applySetting(sema::SettingKind kind, const Value& value, plan::Environment& out) {
  switch (kind) {
  case sema::SettingKind::Url:
    out.url = value.text().str();
    break;
  case sema::SettingKind::Protected:
    out.isProtected = value.asBool();
    break;
  case sema::SettingKind::SecretsFrom:
    out.secretsFrom = texts(value);
    break;
  default:
    out.paths = texts(value);
  }
}

std::optional<plan::EnvironmentId> environmentOf(Session& session, Evaluator& evaluator,
                                                 sema::SymbolId symbol) {
  auto known = session.environmentIds.find(symbol);
  if (known != session.environmentIds.end())
    return known->second;
  const sema::Symbol& declared = session.program.symbols[symbol];
  const sema::EnvironmentInfo& info = session.program.environmentOf(symbol);
  plan::Environment environment;
  environment.module = session.graph[declared.module].path;
  environment.name = declared.name;
  environment.location = session.reporter.location(declared.nameRange);
  for (sema::SymbolId evidence : info.requires_)
    environment.requiredEvidence.push_back(session.identityOf(evidence));
  llvm::sort(environment.requiredEvidence);
  Frame frame(session, declared.module, info.slotCount);
  for (const sema::SettingInfo& setting : info.settings) {
    Result value = evaluator.evaluate(frame, setting.value);
    if (!value)
      return std::nullopt;
    applySetting(setting.kind, *value, environment);
  }
  plan::EnvironmentId id = session.environments.push(std::move(environment));
  session.environmentIds.emplace(symbol, id);
  return id;
}

} // namespace pipec::lower
