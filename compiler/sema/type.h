// Type and TypeTable: the types of the language, each kept once, compared by id.
#pragma once

#include "compiler/base/ids.h"
#include "compiler/sema/symbol.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

namespace pipec::sema {

using TypeId = base::Id<struct TypeTag>;

enum class TypeKind : uint8_t {
  /// Of an expression that has been reported. Compatible with everything, so that one mistake
  /// gives one message; never in a program without errors.
  Error,
  /// Of `none` before an expected type is known; never in a program without errors.
  None,
  Bool,
  Int,
  String,
  Duration,
  Size,
  Version,
  Url,
  Arg,
  Command,
  Secret,
  File,
  Dir,
  Image,
  TestReport,
  Artifact,
  Deployment, ///< `symbol`: the environment; invalid for a plain `Deployment`
  List,       ///< `element`
  Each,       ///< `element`
  Optional,   ///< `element`, which is never Optional itself
  Map,        ///< `key` to `element`
  Pair,       ///< `key` is `.first`, `element` is `.second`: an element of `a.zip(b)`
  Record,     ///< `symbol`
  Outputs,    ///< `symbol`: the action with named outputs whose call gives this
  Enum,       ///< `symbol`
  With,       ///< `element` (File, Dir or Image) with `evidence`
  /// Of a list of arguments in a command, whose elements need nothing in common. A checking type:
  /// no
  /// value has it.
  Vector,
};

struct Type {
  TypeKind kind = TypeKind::Error;
  TypeId key;
  TypeId element;
  SymbolId symbol;
  std::vector<SymbolId> evidence; ///< ascending, not empty, for With alone

  auto operator<=>(const Type&) const = default;
};

/// Owns the types of a program. Equal types have equal ids.
class TypeTable {
public:
  TypeTable();

  const Type& operator[](TypeId id) const { return types_[id]; }
  TypeKind kind(TypeId id) const { return types_[id].kind; }
  bool is(TypeId id, TypeKind kind) const { return types_[id].kind == kind; }

  /// A type without parts, such as Int or File; also the plain Deployment.
  TypeId simple(TypeKind kind) const { return simpleTypes_[static_cast<size_t>(kind)]; }
  TypeId list(TypeId element) { return intern({.kind = TypeKind::List, .element = element}); }
  TypeId each(TypeId element) { return intern({.kind = TypeKind::Each, .element = element}); }
  TypeId map(TypeId key, TypeId value) {
    return intern({.kind = TypeKind::Map, .key = key, .element = value});
  }
  TypeId pair(TypeId first, TypeId second) {
    return intern({.kind = TypeKind::Pair, .key = first, .element = second});
  }
  /// `T??` is `T?`.
  TypeId optional(TypeId element);
  TypeId deployment(SymbolId environment) {
    return intern({.kind = TypeKind::Deployment, .symbol = environment});
  }
  /// A Record, Enum or Outputs.
  TypeId nominal(TypeKind kind, SymbolId symbol) {
    return intern({.kind = kind, .symbol = symbol});
  }
  /// `base` with its own evidence, if it has any, and `evidence`; `base` itself if there is none.
  TypeId with(TypeId base, llvm::ArrayRef<SymbolId> evidence);

  /// Without evidence.
  TypeId withoutEvidence(TypeId id) const;
  /// Ascending; empty if it has none.
  llvm::ArrayRef<SymbolId> evidenceOf(TypeId id) const;

private:
  TypeId intern(Type type);

  base::IdVector<TypeId, Type> types_;
  std::map<Type, TypeId> ids_;
  std::vector<TypeId> simpleTypes_;
};

} // namespace pipec::sema
