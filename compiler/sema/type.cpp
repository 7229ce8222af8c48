// Interning of types.
#include "compiler/sema/type.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cassert>

namespace pipec::sema {

TypeTable::TypeTable() {
  for (size_t kind = 0; kind <= static_cast<size_t>(TypeKind::Vector); ++kind)
    simpleTypes_.push_back(intern({.kind = static_cast<TypeKind>(kind)}));
}

TypeId TypeTable::intern(Type type) {
  auto [entry, isNew] = ids_.try_emplace(std::move(type));
  if (isNew)
    entry->second = types_.push(entry->first);
  return entry->second;
}

TypeId TypeTable::optional(TypeId element) {
  if (is(element, TypeKind::Optional) || is(element, TypeKind::Error))
    return element;
  return intern({.kind = TypeKind::Optional, .element = element});
}

TypeId TypeTable::with(TypeId base, llvm::ArrayRef<SymbolId> evidence) {
  std::vector<SymbolId> all(evidenceOf(base));
  all.insert(all.end(), evidence.begin(), evidence.end());
  llvm::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  TypeId plain = withoutEvidence(base);
  if (all.empty() || is(plain, TypeKind::Error))
    return plain;
  return intern({.kind = TypeKind::With, .element = plain, .evidence = std::move(all)});
}

TypeId TypeTable::withoutEvidence(TypeId id) const {
  return is(id, TypeKind::With) ? types_[id].element : id;
}

llvm::ArrayRef<SymbolId> TypeTable::evidenceOf(TypeId id) const {
  return types_[id].evidence;
}

} // namespace pipec::sema
