// The table of prelude functions and of the members of built-in types.
#pragma once

#include "compiler/sema/builtin.h"
#include "compiler/sema/type.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <vector>

namespace pipec::sema {

/// What an argument of a built-in is checked against.
enum class BuiltinParamType : uint8_t {
  String,
  Patterns,    ///< String or List<String>
  ArtifactMap, ///< Map<String, Artifact>
  Proofs,      ///< of `all`
  Any,
  AnyList,
  ReceiverKey, ///< the key type of the receiver
};

struct BuiltinParam {
  llvm::StringLiteral name = "";
  BuiltinParamType type = BuiltinParamType::String;
  bool optional = false;
};

struct PreludeFnEntry {
  llvm::StringLiteral name;
  PreludeFn fn;
  llvm::ArrayRef<BuiltinParam> params;
  TypeKind result; ///< Error: it depends on the arguments, or is no simple type
};

struct MethodEntry {
  TypeKind receiver;
  llvm::StringLiteral name;
  Method method;
  bool called; ///< written with parentheses
  llvm::ArrayRef<BuiltinParam> params;
  TypeKind result; ///< Error: it depends on the receiver, or is no simple type
};

llvm::ArrayRef<PreludeFnEntry> preludeFns();
const PreludeFnEntry* findPreludeFn(llvm::StringRef name);
const PreludeFnEntry& entryOf(PreludeFn fn);

/// Null if values of this kind have no such member.
const MethodEntry* findMethod(TypeKind receiver, llvm::StringRef name);
const MethodEntry& entryOf(Method method);
/// In the order of the table.
std::vector<llvm::StringRef> methodNames(TypeKind receiver);

/// The kind of the simple type of that name (`Int`, `Deployment`); Error if there is none. The
/// types with parameters are not among them.
TypeKind simpleTypeNamed(llvm::StringRef name);
/// All type names of the prelude, for suggestions.
llvm::ArrayRef<llvm::StringRef> preludeTypeNames();

} // namespace pipec::sema
