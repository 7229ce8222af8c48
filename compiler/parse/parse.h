// Parsing: text → Module, and a set of files → ModuleGraph.
#pragma once

#include "compiler/ast/module_graph.h"
#include "compiler/base/file_system.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/lock/lock_file.h"

#include "llvm/ADT/StringRef.h"

#include <functional>
#include <optional>
#include <string>

namespace pipec::parse {

/// How deep the tree of an expression may be: nothing that walks one recurses deeper.
constexpr uint32_t MaxExprDepth = 1000;

/// Reads the file as a module. Always gives a tree: what could not be read is ErrorExpr or left
/// out, and has been reported. Bytes that are not UTF-8 and nesting deeper than 256 give an empty
/// module.
ast::Module parseModule(const diagnostics::SourceManager& sources, diagnostics::SourceFileId file,
                        diagnostics::DiagnosticConsumer& consumer);

/// Where modules come from. Paths are relative to the workspace with `/`, or `std/NAME.pipe`.
struct ModuleSources {
  base::FileSystem* files = nullptr;
  std::string workspace; ///< absolute
  /// The text of a library module (`git` of `std.git`); nullopt if there is none.
  std::function<std::optional<llvm::StringRef>(llvm::StringRef name)> library;
  std::vector<std::string> libraryNames; ///< sorted, for suggestions
  const lock::LockFile* lock = nullptr;  ///< null: there are no packages
  bool lockIsBroken = false;             ///< has been reported: packages are not found, silently
};

/// Loads `roots` (paths relative to the workspace) with everything they import. A file that cannot
/// be read is an error of the world only if it is a root; an import that is missing is a
/// diagnostic. A module in a package's folder is of that package, however it is named, and loaded
/// only if the package's content is what the lock file pins.
llvm::Expected<ast::ModuleGraph> loadModules(const ModuleSources& from,
                                             llvm::ArrayRef<std::string> roots,
                                             diagnostics::SourceManager& sources,
                                             diagnostics::DiagnosticConsumer& consumer);

} // namespace pipec::parse
