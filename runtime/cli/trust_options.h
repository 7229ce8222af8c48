// How far a run is trusted, from the options, the environment and the record.
#pragma once

#include "runtime/cli/arguments.h"
#include "runtime/cli/options.h"
#include "runtime/workspace/trust.h"
#include "runtime/workspace/workspace.h"

namespace pipec::cli {

/// The options count before the environment. A usage error for both options at once.
llvm::Expected<workspace::Trust> readTrust(const Arguments& arguments,
                                           const workspace::Workspace& workspace);

/// `--trust` and `--untrusted`.
std::vector<Option> trustOptions();

/// An untrusted run has no effects, and isolates or does not run. A usage error if the arguments
/// want something else.
llvm::Error restrictUntrusted(const workspace::Trust& trust, const Arguments& arguments,
                              ExecutionSettings& settings);

} // namespace pipec::cli
