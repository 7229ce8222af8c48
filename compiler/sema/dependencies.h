// The graph of declarations: cycles, the order of top-level lets, effects.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

/// Declarations of the module (by index), each after those of the module that it mentions. Reports
/// cycles (E0304, E0310).
std::vector<uint32_t> orderDeclarations(ModuleState& state);

/// Computes the effects of the declarations, in that order, and reports calls where their effects
/// are not allowed (E0302, E0303, E0502, E0503).
void checkEffects(ModuleState& state, llvm::ArrayRef<uint32_t> order);

} // namespace pipec::sema
