// LocalScope: the variables of one frame, and which of them are visible.
#pragma once

#include "compiler/sema/module_state.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace pipec::sema {

struct Local {
  enum class Kind : uint8_t { Param, Let, Binder };

  Kind kind = Kind::Let;
  llvm::StringRef name;
  SlotId slot;
  TypeId type;
  SourceRange range;
  ExprId value; ///< of a Let: what it is bound to
  bool used = false;
};

/// No name is visible twice: the language has no shadowing.
class LocalScope {
public:
  /// Null if no such name is visible.
  Local* find(llvm::StringRef name);
  /// The name must not be visible.
  Local& declare(Local local);
  SlotId newSlot() { return SlotId{slotCount_++}; }
  uint32_t slotCount() const { return slotCount_; }
  const std::vector<Local>& visible() const { return locals_; }

  /// What `leave` takes back to.
  size_t mark() const { return locals_.size(); }
  /// Hides what has been declared since `mark`, calling `left` for each, in order.
  void leave(size_t mark, llvm::function_ref<void(const Local&)> left);

private:
  std::vector<Local> locals_;
  llvm::StringMap<size_t> indices_;
  uint32_t slotCount_ = 0;
};

} // namespace pipec::sema
