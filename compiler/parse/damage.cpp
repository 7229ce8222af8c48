// Looking up damaged places.
#include "compiler/parse/damage.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::parse {

void Damage::forgetFrom(uint32_t offset) {
  offsets.erase(offsets.lower_bound(offset), offsets.end());
  llvm::erase_if(unreadable, [&](const auto& range) { return range.second >= offset; });
}

bool Damage::within(uint32_t begin, uint32_t end) const {
  auto first = offsets.lower_bound(begin);
  if (first != offsets.end() && *first <= end)
    return true;
  return llvm::any_of(
      unreadable, [&](const auto& range) { return range.first <= end && range.second >= begin; });
}

bool Damage::isUnreadable(uint32_t offset) const {
  return llvm::any_of(unreadable, [&](const auto& range) {
    return range.first <= offset && range.second >= offset;
  });
}

} // namespace pipec::parse
