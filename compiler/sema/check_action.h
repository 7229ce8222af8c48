// The bodies of actions.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

void checkAction(ModuleState& state, const ast::ActionDecl& decl, SymbolId symbol);

} // namespace pipec::sema
