// The second pass: what declarations say about themselves at their boundary.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

/// Fills in what callers need to know of every declaration of the module: parameters, results,
/// fields, members, required evidence; and what an action is made of. Needs no expression checked.
void resolveSignatures(ModuleState& state);

} // namespace pipec::sema
