// Packages: the vendored modules of pipe.lock, each package checked against its pin before a module
// of it is used.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/lock/package.h"
#include "compiler/parse/parse.h"

#include <map>
#include <optional>
#include <string>

namespace pipec::parse {

class Packages {
public:
  Packages(const ModuleSources& from, diagnostics::DiagnosticEmitter& emitter)
      : from(from), emitter(emitter) {}

  /// The package that the file at `path` is of; null if it is of none.
  const lock::PinnedPackage* of(llvm::StringRef path) const {
    return from.lock ? from.lock->packageOf(path) : nullptr;
  }

  /// What `use NAME.MODULE` means: a path relative to the workspace, of a package whose content is
  /// what is pinned. nullopt: there is no such module, or the content is something else, and that
  /// has been reported.
  std::optional<std::string> find(const ast::UseDecl& use);

  /// Whether the package's content is what is pinned. Else it is reported at `place`, once for each
  /// package.
  bool check(const lock::PinnedPackage& package, diagnostics::SourceRange place);

  /// The text of a file of a package that has passed check(): the bytes that were checked. nullopt:
  /// there is no such file.
  std::optional<llvm::StringRef> text(llvm::StringRef path) const;

private:
  const lock::PackageContent* contentOf(const lock::PinnedPackage& package,
                                        diagnostics::SourceRange place);
  void reportUnknown(const ast::UseDecl& use, const std::string& name);
  void reportNoModule(const ast::UseDecl& use, const lock::PinnedPackage& package,
                      const lock::PackageContent& content);

  const ModuleSources& from;
  diagnostics::DiagnosticEmitter& emitter;
  /// By name; nullopt: it is not what is pinned.
  std::map<std::string, std::optional<lock::PackageContent>> contents;
};

} // namespace pipec::parse
