// Filling the holes of commands: from an action's description to what a process is given.
#pragma once

#include "compiler/plan/root_paths.h"
#include "runtime/exec/step.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::exec {

struct RenderContext {
  const BoundAction& action;
  const StepOptions& options;
  cas::ContentStore& store;
  /// Where a path of the step's root really is (see sandbox::SpawnRunner::renderPath).
  llvm::function_ref<std::string(llvm::StringRef)> place;
};

llvm::Expected<std::string> renderArg(const plan::Arg& arg, const RenderContext& context);

/// The argument vector of a command. A script becomes `shell + [prelude and body]`.
llvm::Expected<std::vector<std::string>> renderCommand(const plan::Command& command,
                                                       const RenderContext& context);

/// The script text alone: one line `__1='…'` for each value, then the body.
llvm::Expected<std::string> renderScript(const plan::Script& script, const RenderContext& context);

/// The longest script that is passed as an argument: Linux refuses one of 128 KiB.
inline constexpr size_t MaxScriptArgument = 100 * 1024;

} // namespace pipec::exec
