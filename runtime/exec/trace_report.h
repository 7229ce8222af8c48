// What a trace says about a step's declarations.
#pragma once

#include "compiler/base/file_system.h"
#include "compiler/plan/plan.h"
#include "runtime/sandbox/trace_record.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::exec {

/// One path of a trace, as the step sees it, and what was done with it.
struct TracedPath {
  sandbox::TraceVerb verb;
  sandbox::TraceOutcome outcome;
  std::string path;
  auto operator<=>(const TracedPath&) const = default;
};

/// Adds what a record has, each once. `place`: where `/w`, `/i`, … really are for the step (see
/// sandbox::SpawnRunner::renderPath); what is there gets those names back.
llvm::Error readTrace(const std::string& record,
                      llvm::function_ref<std::string(llvm::StringRef)> place,
                      std::vector<TracedPath>& paths);

struct TraceReport {
  /// A file or folder of the repository that the step asked for and does not have.
  struct Undeclared {
    std::string path;               ///< relative to the workspace
    std::vector<std::string> edits; ///< see howToDeclareInput()
    bool operator==(const Undeclared&) const = default;
  };
  std::vector<std::string> unused; ///< inputs of which nothing was opened, as a person calls them
  std::vector<Undeclared> undeclared;
  std::vector<std::string> refused;  ///< written to where nothing can be written
  std::vector<std::string> programs; ///< of the root, executed
  std::vector<std::string> files;    ///< of the root, opened
};

/// All lists are sorted, each path is in them once.
TraceReport explainTrace(const plan::Plan& plan, plan::NodeId step,
                         const std::vector<TracedPath>& paths, llvm::StringRef workspace,
                         base::FileSystem& files);

} // namespace pipec::exec
