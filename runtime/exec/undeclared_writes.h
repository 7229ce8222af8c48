// Undeclared writes: what a step wrote, or tried to write, where nothing takes it.
#pragma once

#include "compiler/base/file_system.h"
#include "compiler/plan/plan.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::exec {

/// Scratch files in `/w` and `/tmp` are a step's own affair. What it leaves in `/o` it means for
/// somebody, so it is told of what no output declares.
struct UndeclaredOutput {
  std::string path; ///< below `/o`; a folder stands for all that is in it
  bool isFolder = false;
};

/// Sorted by path. `folder`: the host's folder that the step saw as `/o`, before anything of it is
/// taken.
llvm::Expected<std::vector<UndeclaredOutput>>
undeclaredOutputs(const std::string& folder, const plan::ActionSpec& spec, base::FileSystem& files);

/// One sentence with the edit of the definition that declares the first of them.
std::string undeclaredOutputsText(const plan::Node& node,
                                  const std::vector<UndeclaredOutput>& found);

/// A clause about the first write that was refused, guessed from what a failed step printed: in a
/// place that is read-only for steps, or in the workspace, which is not there for them.
std::optional<std::string> explainRefusedWrite(llvm::StringRef output, llvm::StringRef workspace);

} // namespace pipec::exec
