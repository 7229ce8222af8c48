// Filling the holes of commands: from an action's description to what a process is given.
#pragma once

#include "runtime/exec/step.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::exec {

/// `/i/1/main.c`: where input number `index` (from 0) of an action is in its root.
std::string inputPath(const plan::ActionSpec& spec, size_t index);
/// `/o/app.tgz`; of a deploy the file for its URL.
std::string outputPath(const plan::ActionSpec& spec, size_t index);
/// The name below `/o` into which a deploy may write its URL.
inline constexpr llvm::StringLiteral UrlOutput = "url";
/// Below `/i`: the subject of the stable release, in a rollback.
std::string previousInput(const BoundAction& action);

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
