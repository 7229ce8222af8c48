// Visibility of local names.
#include "compiler/sema/local_scope.h"

namespace pipec::sema {

Local* LocalScope::find(llvm::StringRef name) {
  auto found = indices_.find(name);
  return found == indices_.end() ? nullptr : &locals_[found->second];
}

Local& LocalScope::declare(Local local) {
  [[maybe_unused]] bool isNew = indices_.try_emplace(local.name, locals_.size()).second;
  assert(isNew && "a visible name is declared again");
  locals_.push_back(local);
  return locals_.back();
}

void LocalScope::leave(size_t mark, llvm::function_ref<void(const Local&)> left) {
  for (size_t i = mark; i < locals_.size(); ++i) {
    indices_.erase(locals_[i].name);
    left(locals_[i]);
  }
  locals_.resize(mark);
}

} // namespace pipec::sema
