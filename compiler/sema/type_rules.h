// The relations between types: subtyping, joins, and what kinds of values a type has.
#pragma once

#include "compiler/sema/typed_program.h"

#include <optional>

namespace pipec::sema {

/// Whether an S may be used where a T is wanted. The type Error is compatible with everything.
bool isSubtype(const TypeTable& types, TypeId s, TypeId t);

/// The least type that both may be used as; nullopt if there is none.
std::optional<TypeId> join(TypeTable& types, TypeId a, TypeId b);

/// Known at evaluation and with a text of its own: Bool, Int, String, Duration, Size, Version, Url,
/// enums.
bool isScalar(const TypeTable& types, TypeId type);
/// File, Dir, Image (with or without evidence), TestReport, Artifact.
bool isArtifact(const TypeTable& types, TypeId type);
/// File, Dir or Image, with or without evidence: what can be a subject.
bool isSubjectType(const TypeTable& types, TypeId type);
/// Whether `==` is defined: scalars, and lists, optionals and records of them.
bool isComparable(const TypedProgram& program, TypeId type);
/// Whether `<` is defined: Int, Duration, Size, Version, String.
bool isOrdered(const TypeTable& types, TypeId type);
/// Whether a command line can give such a value.
bool isCommandLineType(const TypeTable& types, TypeId type);
/// Whether the type contains one of this kind at any depth.
bool contains(const TypedProgram& program, TypeId type, TypeKind kind);

} // namespace pipec::sema
