// ModuleGraph: a module with everything it imports.
#pragma once

#include "compiler/ast/ast.h"

#include <memory>
#include <string>
#include <vector>

namespace pipec::ast {

using ModuleId = base::Id<struct ModuleTag>;

/// Where a module comes from: the workspace, the library that ships with the compiler, or a package
/// that was copied into the workspace and is pinned in pipe.lock.
enum class ModuleOrigin : uint8_t { Workspace, Library, Package };

struct LoadedModule {
  Module syntax;
  ModuleOrigin origin = ModuleOrigin::Workspace;
  /// The path by which the module is known everywhere: relative to the workspace (`ci/site.pipe`,
  /// `vendor/acme/go.pipe`), or `std/git.pipe` in the library. In no key, but part of the identity
  /// of environments and evidence.
  std::string path;
  /// Folder of `path`, empty at the top: what `file`, `dir` and `glob` are relative to.
  std::string directory() const;
  /// For each of `syntax.uses`, in order; invalid if it could not be loaded (and has been
  /// reported).
  std::vector<ModuleId> imports;
};

/// Modules in an order in which imports come before their users. Acyclic (a cycle has been
/// reported, and the import that closes it is invalid).
struct ModuleGraph {
  base::IdVector<ModuleId, std::unique_ptr<LoadedModule>> modules;
  std::vector<ModuleId> roots; ///< the files that were asked for, in that order

  const LoadedModule& operator[](ModuleId id) const { return *modules[id]; }
};

} // namespace pipec::ast
