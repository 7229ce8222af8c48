// The lint of names: values are lower_snake; types, evidence and environments are UpperCamel.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

/// W0907 for what the module, which has no errors, declares in another style. A name that nothing
/// outside the module can know (no label, option or argument has it) gets a fix that renames it.
void warnNaming(ModuleState& state);

} // namespace pipec::sema
