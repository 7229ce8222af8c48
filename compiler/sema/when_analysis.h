// Whether the condition of a stage can hold at all.
#pragma once

#include "compiler/sema/module_state.h"

namespace pipec::sema {

/// Whether `condition`, an expression of the pipeline that has been checked, is false for every
/// value of the pipeline's parameters. What it does not understand may be true.
bool isNeverTrue(const ModuleState& state, const PipelineInfo& pipeline, ExprId condition);

} // namespace pipec::sema
