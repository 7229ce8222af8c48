// Lowering a golden case: its first pipeline, with the parameters that a comment gives.
#pragma once

#include "case_modules.h"

#include "compiler/plan/plan.h"

#include <optional>

namespace pipec::golden {

/// What becomes of a case. Repository files stand in subfolders of the area, which is the
/// workspace.
struct CasePlan {
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList diagnostics;
  std::optional<plan::Plan> plan; ///< nullopt after an error
  std::string error;              ///< of the command line or the world, with a line end
};

/// The first pipeline of the file. A line `// with NAME=VALUE` gives a parameter, a line
/// `// target TARGET` narrows the plan.
void lowerCase(const std::string& folder, const std::string& file, CasePlan& result);

} // namespace pipec::golden
