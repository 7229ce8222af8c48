// The first pass: every top-level declaration becomes a symbol, every name an entry of a scope.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

/// Declares evidence, enums and names of the prelude.
void declarePrelude(Session& session);

/// Declares what the module declares and imports; reports names that are taken (E0204).
void declareModule(ModuleState& state);

} // namespace pipec::sema
