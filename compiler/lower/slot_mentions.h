// Which variables of a declaration an expression mentions.
#pragma once

#include "compiler/lower/evaluator.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <vector>

namespace pipec::lower {

/// Calls `visit` with the slot of every variable in the expression, which may be invalid.
void forEachSlot(const Frame& frame, ast::ExprId expr,
                 llvm::function_ref<void(sema::SlotId)> visit);

/// Whether one of the slots that are set is mentioned.
bool mentions(const Frame& frame, ast::ExprId expr, const std::vector<bool>& slots);

} // namespace pipec::lower
