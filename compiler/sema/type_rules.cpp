// Subtyping, joins and predicates, by structure.
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <set>

namespace pipec::sema {

namespace {

bool isText(TypeKind kind) {
  return kind == TypeKind::String || kind == TypeKind::Arg;
}

/// For two types of one kind (List counts as Each).
bool isSubtypeByParts(const TypeTable& types, const Type& s, const Type& t) {
  switch (t.kind) {
  case TypeKind::List:
  case TypeKind::Each:
    return isSubtype(types, s.element, t.element);
  case TypeKind::Map:
    return s.key == t.key && isSubtype(types, s.element, t.element);
  case TypeKind::Pair:
    return isSubtype(types, s.key, t.key) && isSubtype(types, s.element, t.element);
  case TypeKind::Deployment:
    return !t.symbol.valid();
  case TypeKind::With:
    return s.element == t.element && std::includes(s.evidence.begin(), s.evidence.end(),
                                                   t.evidence.begin(), t.evidence.end());
  default:
    return false;
  }
}

std::optional<TypeId> joinLists(TypeTable& types, TypeId a, TypeId b) {
  std::optional<TypeId> element = join(types, types[a].element, types[b].element);
  if (!element)
    return std::nullopt;
  bool bothKnown = types.is(a, TypeKind::List) && types.is(b, TypeKind::List);
  return bothKnown ? types.list(*element) : types.each(*element);
}

TypeId joinEvidence(TypeTable& types, TypeId a, TypeId b) {
  llvm::ArrayRef<SymbolId> left = types.evidenceOf(a), right = types.evidenceOf(b);
  std::vector<SymbolId> common;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                        std::back_inserter(common));
  return types.with(types.withoutEvidence(a), common);
}

std::optional<TypeId> joinParts(TypeTable& types, TypeId a, TypeId b) {
  std::optional<TypeId> element = join(types, types[a].element, types[b].element);
  if (!element)
    return std::nullopt;
  if (types.is(a, TypeKind::Map))
    return types[a].key == types[b].key ? std::optional(types.map(types[a].key, *element))
                                        : std::nullopt;
  std::optional<TypeId> first = join(types, types[a].key, types[b].key);
  return first ? std::optional(types.pair(*first, *element)) : std::nullopt;
}

bool isListLike(TypeKind kind) {
  return kind == TypeKind::List || kind == TypeKind::Each;
}

bool containsWithin(const TypedProgram& program, TypeId type, TypeKind kind,
                    std::set<SymbolId>& visited) {
  const Type& t = program.types[type];
  if (t.kind == kind)
    return true;
  if (t.kind == TypeKind::Record) {
    if (!visited.insert(t.symbol).second)
      return false;
    return llvm::any_of(program.recordOf(t.symbol).fields, [&](const ParamInfo& field) {
      return field.type.valid() && containsWithin(program, field.type, kind, visited);
    });
  }
  return (t.element.valid() && containsWithin(program, t.element, kind, visited)) ||
         (t.key.valid() && containsWithin(program, t.key, kind, visited));
}

bool isComparableWithin(const TypedProgram& program, TypeId type, std::set<SymbolId>& visited) {
  const Type& t = program.types[type];
  switch (t.kind) {
  case TypeKind::Error:
  case TypeKind::None:
    return true;
  case TypeKind::List:
  case TypeKind::Optional:
    return isComparableWithin(program, t.element, visited);
  case TypeKind::Record:
    if (!visited.insert(t.symbol).second)
      return true;
    return llvm::all_of(program.recordOf(t.symbol).fields, [&](const ParamInfo& field) {
      return isComparableWithin(program, field.type, visited);
    });
  default:
    return isScalar(program.types, type);
  }
}

} // namespace

bool isSubtype(const TypeTable& types, TypeId s, TypeId t) {
  const Type &from = types[s], &to = types[t];
  if (s == t || from.kind == TypeKind::Error || to.kind == TypeKind::Error)
    return true;
  if (to.kind == TypeKind::Optional) {
    if (from.kind == TypeKind::None)
      return true;
    return isSubtype(types, from.kind == TypeKind::Optional ? from.element : s, to.element);
  }
  if (from.kind == to.kind || (from.kind == TypeKind::List && to.kind == TypeKind::Each))
    return isSubtypeByParts(types, from, to);
  if (from.kind == TypeKind::With)
    return isSubtype(types, from.element, t);
  if (to.kind == TypeKind::Arg)
    return from.kind == TypeKind::String;
  return to.kind == TypeKind::Artifact && isArtifact(types, s);
}

std::optional<TypeId> join(TypeTable& types, TypeId a, TypeId b) {
  if (a == b || types.is(a, TypeKind::Error))
    return a;
  if (types.is(b, TypeKind::Error))
    return b;
  const TypeKind left = types.kind(a), right = types.kind(b);
  if (left == TypeKind::None)
    return types.optional(b);
  if (right == TypeKind::None)
    return types.optional(a);
  if (left == TypeKind::Optional || right == TypeKind::Optional) {
    auto inner = [&](TypeId id) {
      return types.is(id, TypeKind::Optional) ? types[id].element : id;
    };
    std::optional<TypeId> element = join(types, inner(a), inner(b));
    return element ? std::optional(types.optional(*element)) : std::nullopt;
  }
  if (types.withoutEvidence(a) == types.withoutEvidence(b))
    return joinEvidence(types, a, b);
  if (isText(left) && isText(right))
    return types.simple(TypeKind::Arg);
  if (isArtifact(types, a) && isArtifact(types, b))
    return types.simple(TypeKind::Artifact);
  if (isListLike(left) && isListLike(right))
    return joinLists(types, a, b);
  if (left != right)
    return std::nullopt;
  if (left == TypeKind::Deployment)
    return types.simple(TypeKind::Deployment);
  if (left == TypeKind::Map || left == TypeKind::Pair)
    return joinParts(types, a, b);
  return std::nullopt;
}

bool isScalar(const TypeTable& types, TypeId type) {
  switch (types.kind(type)) {
  case TypeKind::Bool:
  case TypeKind::Int:
  case TypeKind::String:
  case TypeKind::Duration:
  case TypeKind::Size:
  case TypeKind::Version:
  case TypeKind::Url:
  case TypeKind::Enum:
    return true;
  default:
    return false;
  }
}

bool isSubjectType(const TypeTable& types, TypeId type) {
  TypeKind kind = types.kind(types.withoutEvidence(type));
  return kind == TypeKind::File || kind == TypeKind::Dir || kind == TypeKind::Image;
}

bool isArtifact(const TypeTable& types, TypeId type) {
  TypeKind kind = types.kind(type);
  return isSubjectType(types, type) || kind == TypeKind::TestReport || kind == TypeKind::Artifact;
}

bool isComparable(const TypedProgram& program, TypeId type) {
  std::set<SymbolId> visited;
  return isComparableWithin(program, type, visited);
}

bool isOrdered(const TypeTable& types, TypeId type) {
  switch (types.kind(type)) {
  case TypeKind::Int:
  case TypeKind::Duration:
  case TypeKind::Size:
  case TypeKind::Version:
  case TypeKind::String:
    return true;
  default:
    return false;
  }
}

bool isCommandLineType(const TypeTable& types, TypeId type) {
  TypeKind kind = types.kind(type);
  if (kind == TypeKind::List || kind == TypeKind::Optional)
    type = types[type].element;
  return isScalar(types, type) || types.is(type, TypeKind::Secret);
}

bool contains(const TypedProgram& program, TypeId type, TypeKind kind) {
  std::set<SymbolId> visited;
  return containsWithin(program, type, kind, visited);
}

} // namespace pipec::sema
