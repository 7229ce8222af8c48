// Walking types and values side by side.
#include "compiler/lower/proofs.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::lower {

using sema::Type;
using sema::TypeKind;

void addProofs(llvm::ArrayRef<sema::SymbolId> evidence, const Artifact& artifact,
               std::vector<plan::NodeId>& waits) {
  if (!artifact.proofs)
    return;
  for (const Proof& proof : *artifact.proofs)
    if (llvm::is_contained(evidence, proof.evidence))
      waits.push_back(proof.node);
}

bool asksForEvidence(const sema::TypedProgram& program, sema::TypeId id) {
  const Type& type = program.types[id];
  switch (type.kind) {
  case TypeKind::With:
    return true;
  case TypeKind::List:
  case TypeKind::Each:
  case TypeKind::Optional:
  case TypeKind::Map:
    return asksForEvidence(program, type.element);
  case TypeKind::Pair:
    return asksForEvidence(program, type.key) || asksForEvidence(program, type.element);
  case TypeKind::Record:
    return llvm::any_of(program.recordOf(type.symbol).fields, [&](const sema::ParamInfo& field) {
      return asksForEvidence(program, field.type);
    });
  default:
    return false;
  }
}

void addProofs(const sema::TypedProgram& program, sema::TypeId id, const Value& value,
               std::vector<plan::NodeId>& waits) {
  if (value.isNone() || !asksForEvidence(program, id))
    return;
  const Type& type = program.types[id];
  if (type.kind == TypeKind::With) {
    addProofs(type.evidence, value.as<Artifact>(), waits);
  } else if (type.kind == TypeKind::Optional) {
    addProofs(program, type.element, value, waits);
  } else if (value.is<List>()) {
    for (const Value& item : value.items())
      addProofs(program, type.element, item, waits);
  } else if (const auto* map = value.tryAs<Map>()) {
    for (const auto& [key, item] : map->data->entries)
      addProofs(program, type.element, item, waits);
  } else if (const auto* record = value.tryAs<Record>()) {
    for (auto [index, field] : llvm::enumerate(record->data->fields)) {
      bool isPair = type.kind == TypeKind::Pair;
      sema::TypeId fieldType = isPair ? (index == 0 ? type.key : type.element)
                                      : program.recordOf(type.symbol).fields[index].type;
      addProofs(program, fieldType, field, waits);
    }
  }
}

} // namespace pipec::lower
