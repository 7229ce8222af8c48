// The third pass: the expressions of all declarations.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

/// Checks the bodies of all declarations: top-level lets and functions first, in the order of their
/// dependencies, since types of lets may be inferred.
void checkBodies(ModuleState& state);

} // namespace pipec::sema
