// Invocation: what the commands about pipelines have in common, from the words to the plans.
#pragma once

#include "runtime/cas/collection.h"
#include "runtime/cli/arguments.h"
#include "runtime/cli/command.h"
#include "runtime/cli/options.h"
#include "runtime/cli/trust_options.h"
#include "runtime/engine/program.h"
#include "runtime/retention/limits.h"
#include "runtime/workspace/configuration.h"
#include "runtime/workspace/workspace.h"

#include "llvm/Support/Error.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::cli {

struct Invocation {
  Arguments arguments;
  CommonSettings common;
  workspace::Workspace workspace;
  std::unique_ptr<engine::Program> program;
  std::vector<engine::Selection> selections;
};

/// Reads the options of `command`, its targets and the pipelines' parameters. Parameters are
/// options that are only known once the `.pipe` files are loaded, and which files are loaded the
/// targets say; so the words are read twice. nullopt: all has been told on `io`, and `code` is what
/// to exit with (help was asked for, or the program has errors).
llvm::Expected<std::optional<Invocation>> invoke(llvm::StringRef command, Words words, Streams& io,
                                                 ExitCode& code);

/// The plans of the selections, in their order. nullopt: errors have been shown.
llvm::Expected<std::optional<std::vector<engine::SelectedPlan>>> makePlans(Invocation& invocation,
                                                                           Streams& io);

/// What a new attempt of an execution takes over from it.
struct Retry {
  std::string execution; ///< its id, without the number of an attempt
  std::vector<plan::Parameter> parameters;
  std::map<base::Sha256, std::string> resolved; ///< exec::Pins::resolved
};

/// All that `build` and `plan` need before anything is opened.
struct PreparedBuild {
  Invocation invocation;
  workspace::Trust trust{workspace::TrustMode::Remembered};
  workspace::Configuration configuration;
  ExecutionSettings settings;
  cas::Limits cacheLimits;
  retention::HistoryLimits historyLimits;
  std::vector<engine::SelectedPlan> plans;
  bool asJson = false;
  std::optional<Retry> retry; ///< of `retry`: the program has one selection
};
/// The plans of `prepared`, as they are before they grow; else as above.
llvm::Expected<std::optional<std::vector<engine::SelectedPlan>>> makePlans(PreparedBuild& prepared,
                                                                           Streams& io);
/// The configuration and the options of a build, from the arguments.
llvm::Error readBuildSettings(PreparedBuild& prepared);
/// invoke(), the configuration, the options and makePlans(). nullopt as in invoke().
llvm::Expected<std::optional<PreparedBuild>> prepareBuild(llvm::StringRef command, Words words,
                                                          Streams& io, ExitCode& code);

/// Runs a build to its end, as `build` does.
llvm::Expected<ExitCode> runPrepared(PreparedBuild& prepared, Streams& io);

/// For commands without pipelines' parameters: reads all options and changes to the folder of `-C`.
/// nullopt: help was asked for and given.
struct SimpleInvocation {
  Arguments arguments;
  CommonSettings common;
};
llvm::Expected<std::optional<SimpleInvocation>> invokeSimple(llvm::StringRef command, Words words,
                                                             Streams& io);

} // namespace pipec::cli
