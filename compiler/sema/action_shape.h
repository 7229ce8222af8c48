// What the five kinds of action are made of: parameters, results, clauses.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

/// Fills in everything of `info` that the declaration shows without looking into expressions, and
/// reports what the kind does not allow (E0301, E0306–E0309, E0413, E0602–E0604, E0801). The kind
/// and parameters are already there. Settings are left to checkAction.
void resolveActionShape(ModuleState& state, const ast::ActionDecl& decl, SymbolId symbol,
                        ActionInfo& info);

} // namespace pipec::sema
