// Compilation: runs the phases of the compiler, from files to a Plan.
#pragma once

#include "compiler/ast/module_graph.h"
#include "compiler/base/file_system.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/lock/lock_file.h"
#include "compiler/lower/lower.h"
#include "compiler/sema/typed_program.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::driver {

/// A pipeline that the loaded files declare, as the command line sees it.
struct PipelineInfo {
  ast::ModuleId module;
  std::string modulePath; ///< relative to the workspace
  std::string name;
  std::string doc;
  struct Parameter {
    std::string name;
    std::string type;        ///< as written: `String`, `List<Int>`, `cc.Mode`
    std::string defaultText; ///< source text of the default; empty if it must be given
    std::string doc;
    bool isBool = false;
    bool isList = false;
    bool required = false;
  };
  std::vector<Parameter> parameters;
};

/// Keeps what the phases made. Each call adds to `diagnostics()`; after a call that gave errors the
/// later ones must not be made.
class Compilation {
public:
  /// `workspace`: absolute path of the folder that module paths are relative to.
  Compilation(base::FileSystem& files, std::string workspace);

  /// Parses and checks `roots` (relative to the workspace) with all they import, packages by the
  /// workspace's pipe.lock. An error of the
  /// world if a root cannot be read.
  llvm::Error load(llvm::ArrayRef<std::string> roots);

  /// Of the roots only, in their order; a pipeline of the same name in two files is listed twice.
  std::vector<PipelineInfo> pipelines() const;

  /// Evaluates a pipeline of a root; nullopt if that reported errors. An expander must not outlive
  /// the Compilation.
  llvm::Expected<std::optional<lower::LoweredPipeline>>
  lower(const PipelineInfo& pipeline, std::vector<plan::Parameter> parameters);

  const diagnostics::SourceManager& sources() const { return sourceManager; }
  diagnostics::DiagnosticList& diagnostics() { return messages; }
  const ast::ModuleGraph& graph() const { return modules; }
  /// As it was when the files were loaded; empty if there is none, or it cannot be used (which is
  /// in `diagnostics()`).
  const lock::LockFile& lock() const { return lockFile; }
  const sema::TypedProgram& program() const { return typed; }

private:
  base::FileSystem& files;
  std::string workspace;
  diagnostics::SourceManager sourceManager;
  diagnostics::DiagnosticList messages;
  lock::LockFile lockFile;
  ast::ModuleGraph modules;
  sema::TypedProgram typed;
};

} // namespace pipec::driver
