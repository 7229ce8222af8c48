// Program: the loaded `.pipe` files, and the plans that targets and parameters make of them.
#pragma once

#include "compiler/driver/compilation.h"
#include "compiler/plan/plan.h"
#include "runtime/engine/targets.h"
#include "runtime/exec/pins.h"
#include "runtime/workspace/workspace.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::engine {

/// A pipeline with the labels that were asked for; none: all of it.
struct Selection {
  driver::PipelineInfo pipeline;
  std::vector<std::string> labels;
};

/// A selection's plans: of the whole pipeline, and of what was asked for.
struct SelectedPlan {
  plan::Plan wanted;
  std::optional<plan::Plan> unselected;     ///< the pipeline's, if `wanted` is only a part of it
  std::unique_ptr<plan::Expander> expander; ///< of `wanted`; may be null. Uses the Program.
  std::vector<std::string> labels;          ///< that were asked for; none: all of it
  std::string suffix;                       ///< parameterSuffix() of what was given
  exec::Pins pins;                          ///< what pipe.lock says of it

  const plan::Plan& whole() const { return unselected ? *unselected : wanted; }
};

class Program {
public:
  /// Parses and checks the files that `targets` are about. Diagnostics are in `compilation()`.
  static llvm::Expected<std::unique_ptr<Program>> load(const workspace::Workspace& workspace,
                                                       llvm::ArrayRef<Target> targets);

  driver::Compilation& compilation() { return compiled; }
  const std::vector<driver::PipelineInfo>& pipelines() const { return declared; }
  const std::vector<std::string>& files() const { return loaded; }
  bool hasErrors() { return compiled.diagnostics().hasErrors(); }

  /// Which pipelines the targets name, in the order of the files; all of the current folder's if
  /// there are none. A usage error for a name that is not there (with a suggestion) or is there
  /// twice.
  llvm::Expected<std::vector<Selection>> select(llvm::ArrayRef<Target> targets) const;

  /// nullopt: the evaluation reported errors. The parameters are as an execution records them.
  llvm::Expected<std::optional<SelectedPlan>> plan(const Selection& selection,
                                                   std::vector<plan::Parameter> parameters);

private:
  Program(const workspace::Workspace& place, std::unique_ptr<base::FileSystem> disk);
  llvm::Expected<size_t> find(const Target& target) const;
  bool isAbout(const Target& target, const driver::PipelineInfo& pipeline) const;

  workspace::Workspace workspace;
  std::unique_ptr<base::FileSystem> disk_;
  driver::Compilation compiled;
  std::vector<std::string> loaded;
  std::vector<driver::PipelineInfo> declared;
};

} // namespace pipec::engine
