// Type expressions → types.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

/// The type that is written there, mentioned by `owner`; Error if it is wrong, which has been
/// reported.
TypeId resolveType(ModuleState& state, ast::TypeExprId type, SymbolId owner);

} // namespace pipec::sema
