// Looking up dotted names of declarations, in types, evidence, environments.
#pragma once

#include "compiler/sema/module_state.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace pipec::sema {

/// The declaration of `member` in module `target`, which is imported under the name `shown`.
/// Reports E0205 and E0206. An invalid `target` (an import that could not be loaded) finds nothing
/// and reports nothing.
std::optional<SymbolId> findInModule(ModuleState& state, ast::ModuleId target,
                                     llvm::StringRef shown, const ast::Name& member);

/// The declaration that a dotted name stands for, of whatever kind. `word` says what is looked for
/// (`type`), `candidates` gives the names that would do. Does not note a mention.
std::optional<SymbolId>
findQualified(ModuleState& state, const ast::QualifiedName& name, llvm::StringRef word,
              llvm::function_ref<std::vector<llvm::StringRef>()> candidates);

/// Names at the top level (of the module, then the prelude) of declarations of these kinds.
std::vector<llvm::StringRef> namesOfKinds(const ModuleState& state,
                                          llvm::ArrayRef<SymbolKind> kinds);

/// The evidence or environment (`kind`) that a dotted name stands for, mentioned by `owner`.
/// Reports what it does not find, as E0201 and the like.
std::optional<SymbolId> findDeclaration(ModuleState& state, const ast::QualifiedName& name,
                                        SymbolKind kind, SymbolId owner);

/// The environment that an expression names; reports anything else. For `to = E`.
std::optional<SymbolId> findEnvironment(ModuleState& state, ExprId expr, SymbolId owner);

/// `A & B`: the evidence that could be found, ascending, each once.
std::vector<SymbolId> findEvidence(ModuleState& state, llvm::ArrayRef<ast::QualifiedName> names,
                                   SymbolId owner);

/// All names that may start a dotted name in this module, those of the prelude last.
std::vector<llvm::StringRef> topLevelNames(const ModuleState& state);

/// `; did you mean `x`?`, or nothing.
std::string didYouMean(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace pipec::sema
