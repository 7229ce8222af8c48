// The bodies of pipelines.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

void checkPipeline(ModuleState& state, const ast::PipelineDecl& decl, SymbolId symbol);

} // namespace pipec::sema
