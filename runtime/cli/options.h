// The options that commands share, and what they mean.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cas/collection.h"
#include "runtime/cli/arguments.h"
#include "runtime/cli/streams.h"
#include "runtime/engine/places.h"
#include "runtime/exec/build.h"
#include "runtime/report/progress.h"
#include "runtime/sandbox/spawn.h"
#include "runtime/workspace/configuration.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::cli {

struct workspace::Configuration;

/// `-C`, `--cache-dir`, `--state-dir`, `--color`, `-v`, `-q`, `--help`: of every command.
std::vector<Option> commonOptions();
/// Of the commands that make a plan and look at the world: `build` and `plan`.
std::vector<Option> executionOptions();
/// Of `build` alone: how it is shown and reported.
std::vector<Option> reportOptions();
Option formatOption();

struct CommonSettings {
  engine::Places places;
  bool verbose = false;
  bool quiet = false;
};
/// Also sets the colour of `io` and, for `-C`, the working directory of the process.
llvm::Expected<CommonSettings> readCommonSettings(const Arguments& arguments, Streams& io);

struct ExecutionSettings {
  exec::BuildOptions build; ///< without `execution` and `dryRun`
  sandbox::SandboxMode sandbox = sandbox::SandboxMode::Auto;
};
/// What options do not say, the configuration does, then the machine; its network variables come
/// before `--network-env`.
llvm::Expected<ExecutionSettings>
readExecutionSettings(const Arguments& arguments, const workspace::Configuration& configuration);

enum class ProgressKind : uint8_t { Terminal, Plain, Json, None };

struct ReportSettings {
  ProgressKind progress = ProgressKind::Plain;
  std::string eventsFile;
  std::string profileFile;
  std::string junitFile;
};
llvm::Expected<ReportSettings> readReportSettings(const Arguments& arguments);

/// `--format json`? A usage error for any other value but `text`.
llvm::Expected<bool> wantsJson(const Arguments& arguments);

/// `--max-size`, `--max-age`.
std::vector<Option> cacheLimitOptions();
/// As retention::readCacheLimits(), with these options.
llvm::Expected<cas::Limits> readCacheLimits(const Arguments& arguments,
                                            const workspace::Configuration& configuration);

/// `2026-12-24` or `2026-12-24T18:00[:30]`, in local time or, with a `Z` behind it, in UTC:
/// milliseconds since the epoch.
llvm::Expected<int64_t> parseTime(llvm::StringRef text);

/// `--limit N`, at least 1.
llvm::Expected<size_t> readLimit(const Arguments& arguments, size_t otherwise);

} // namespace pipec::cli
