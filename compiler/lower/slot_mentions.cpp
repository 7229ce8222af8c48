// Variables in expressions.
#include "compiler/lower/slot_mentions.h"

#include "compiler/sema/expr_walk.h"

namespace pipec::lower {

void forEachSlot(const Frame& frame, ast::ExprId expr,
                 llvm::function_ref<void(sema::SlotId)> visit) {
  std::vector<ast::ExprId> open = {expr};
  while (!open.empty()) {
    ast::ExprId next = open.back();
    open.pop_back();
    if (!next.valid())
      continue;
    if (const auto* slot = std::get_if<sema::SlotRef>(&frame.checked.references[next]))
      visit(slot->slot);
    sema::forEachChild(frame.syntax, next, [&](ast::ExprId child) { open.push_back(child); });
  }
}

bool mentions(const Frame& frame, ast::ExprId expr, const std::vector<bool>& slots) {
  bool found = false;
  forEachSlot(frame, expr,
              [&](sema::SlotId slot) { found |= slot.index < slots.size() && slots[slot.index]; });
  return found;
}

} // namespace pipec::lower
