// Printing of effect sets.
#include "compiler/sema/effects.h"

#include <utility>

namespace pipec::sema {

std::string printEffects(EffectSet effects) {
  static constexpr std::pair<Effect, const char*> Names[] = {
      {Effect::Source, "source"}, {Effect::Build, "build"},     {Effect::Test, "test"},
      {Effect::Live, "live"},     {Effect::Approve, "approve"}, {Effect::Deploy, "deploy"},
  };
  std::string text;
  for (const auto& [effect, name] : Names) {
    if (!effects.has(effect))
      continue;
    if (!text.empty())
      text += ", ";
    text += name;
  }
  return text;
}

} // namespace pipec::sema
