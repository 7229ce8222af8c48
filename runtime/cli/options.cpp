// Tables of options, and reading their values.
#include "runtime/cli/options.h"

#include "compiler/base/error.h"
#include "runtime/cli/trust_options.h"
#include "runtime/engine/network_variables.h"
#include "runtime/host/machine.h"
#include "runtime/retention/limits.h"
#include "runtime/workspace/configuration.h"
#include "runtime/workspace/quantities.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"

#include <cstdlib>
#include <ctime>

namespace pipec::cli {

std::vector<Option> commonOptions() {
  return {
      {"C", 'C', "DIR", "work as if started in DIR"},
      {"cache-dir", 0, "DIR",
       "where content and results are kept (PIPEC_CACHE_DIR, else $XDG_CACHE_HOME/pipec)"},
      {"state-dir", 0, "DIR", "where the deploy state is kept (default: .pipec of the workspace)"},
      {"color", 0, "auto|always|never", "colours on standard error (NO_COLOR turns them off)"},
      {"verbose", 'v', "", "say more"},
      {"quiet", 'q', "", "say less"},
      {"help", 'h', "", "this help"},
  };
}

Option formatOption() {
  return {"format", 0, "text|json", "json: one document on standard output"};
}

std::vector<Option> executionOptions() {
  std::vector<Option> options = {
      {"jobs", 'j', "N", "at most N steps at once (default: the number of CPUs)"},
      {"cpus", 0, "N", "the CPUs that steps share (default: those that pipec may use)"},
      {"memory", 0, "SIZE",
       "the memory that steps with `memory` share: 24GiB, none (default: the machine's)"},
      {"keep-going", 'k', "", "after a failure, run what does not depend on it"},
      {"force", 0, "", "execute builds and tests although they are cached"},
      {"offline", 0, "", "sources: the pinned identity or that of the last time, and no network"},
      {"deploy", 0, "ENV", "may deploy to the protected environment ENV; may be repeated"},
      {"no-deploy", 0, "", "stop before any effect"},
      {"verify", 0, "", "run live tests again though nothing was deployed"},
      {"fail-on-miss", 0, "", "what is not in the cache fails instead of executing"},
      {"sandbox", 0, "auto|strict|off", "isolation of steps: strict refuses to run without"},
      {"network-env", 0, "NAME[=VALUE]",
       "a variable for sources, deploys and live tests; may be repeated"},
      {"timeout", 0, "DURATION", "for steps that declare none: 30s, 10min, 1h30min"},
  };
  llvm::append_range(options, trustOptions());
  return options;
}

std::vector<Option> reportOptions() {
  return {
      {"progress", 0, "auto|tty|plain|json|none", "how progress is shown on standard error"},
      {"profile", 0, "FILE", "write when each step ran, for chrome://tracing"},
      {"events", 0, "FILE", "write events as JSON lines; - is standard output"},
      {"junit", 0, "FILE", "write the cases of all tests as one JUnit file"},
  };
}

static llvm::Error wrongValue(llvm::StringRef option, llvm::StringRef value,
                              llvm::StringRef allowed) {
  return base::usageError("`--" + option + "` is one of " + allowed + ", not `" + value + "`");
}

llvm::Expected<CommonSettings> readCommonSettings(const Arguments& arguments, Streams& io) {
  CommonSettings settings;
  settings.verbose = arguments.has("verbose");
  settings.quiet = arguments.has("quiet");
  settings.places.cacheDirectory = arguments.value("cache-dir").value_or("");
  settings.places.stateDirectory = arguments.value("state-dir").value_or("");
  if (auto color = arguments.value("color")) {
    auto mode = llvm::StringSwitch<std::optional<ColorMode>>(*color)
                    .Case("auto", ColorMode::Auto)
                    .Case("always", ColorMode::Always)
                    .Case("never", ColorMode::Never)
                    .Default(std::nullopt);
    if (!mode)
      return wrongValue("color", *color, "auto, always and never");
    io.setColor(*mode);
  }
  // As in git and make, each -C is relative to the one before.
  for (const std::string& folder : arguments.values("C"))
    if (std::error_code failed = llvm::sys::fs::set_current_path(folder))
      return base::usageError("cannot change to `" + folder + "`: " + failed.message());
  return settings;
}

// ---- execution -----------------------------------------------------------------

static llvm::Expected<unsigned> readNumber(const Arguments& arguments, llvm::StringRef option,
                                           unsigned otherwise) {
  auto text = arguments.value(option);
  if (!text)
    return otherwise;
  unsigned number = 0;
  if (llvm::StringRef(*text).getAsInteger(10, number) || number == 0 || number > 10000)
    return base::usageError("`--" + option + "` wants a number from 1 to 10000, not `" + *text +
                            "`");
  return number;
}

static llvm::Expected<exec::Machine> readMachine(const Arguments& arguments,
                                                 const workspace::Configuration& configuration) {
  exec::Machine machine;
  auto cpus =
      readNumber(arguments, "cpus", configuration.cpus ? configuration.cpus : host::usableCpus());
  if (!cpus)
    return cpus.takeError();
  machine.cpus = *cpus;
  std::string memory = arguments.value("memory").value_or(configuration.memory);
  if (memory.empty()) {
    machine.memory = host::usableMemory();
    return machine;
  }
  auto bytes = workspace::parseSize(memory);
  if (!bytes)
    return bytes.takeError();
  machine.memory = bytes->value_or(UINT64_MAX);
  if (machine.memory == 0)
    return base::usageError("`--memory` wants more than nothing");
  return machine;
}

llvm::Expected<ExecutionSettings>
readExecutionSettings(const Arguments& arguments, const workspace::Configuration& configuration) {
  ExecutionSettings settings;
  auto machine = readMachine(arguments, configuration);
  if (!machine)
    return machine.takeError();
  settings.build.machine = *machine;
  auto jobs = readNumber(arguments, "jobs", machine->cpus);
  if (!jobs)
    return jobs.takeError();
  settings.build.jobs = *jobs;
  settings.build.keepGoing = arguments.has("keep-going");
  settings.build.force = arguments.has("force");
  settings.build.trace = arguments.has("trace");
  settings.build.offline = arguments.has("offline");
  settings.build.noDeploy = arguments.has("no-deploy");
  settings.build.verify = arguments.has("verify");
  settings.build.failOnMiss = arguments.has("fail-on-miss");
  settings.build.checkDeterminism = arguments.has("check-determinism");
  settings.build.queue = arguments.has("queue");
  if (settings.build.trace && settings.build.failOnMiss)
    return base::usageError("`--trace` executes, which `--fail-on-miss` forbids");
  settings.build.waitForApproval = arguments.has("wait-approval");
  settings.build.deployTo = arguments.values("deploy");
  if (settings.build.noDeploy && !settings.build.deployTo.empty())
    return base::usageError("`--deploy` and `--no-deploy` contradict each other");
  if (settings.build.checkDeterminism && !settings.build.deployTo.empty())
    return base::usageError("`--deploy` and `--check-determinism` contradict each other");
  if (settings.build.checkDeterminism && settings.build.failOnMiss)
    return base::usageError("`--fail-on-miss` and `--check-determinism` contradict each other");
  settings.build.noDeploy |= settings.build.checkDeterminism;
  std::string sandbox = arguments.value("sandbox").value_or("auto");
  auto mode = llvm::StringSwitch<std::optional<sandbox::SandboxMode>>(sandbox)
                  .Case("auto", sandbox::SandboxMode::Auto)
                  .Case("strict", sandbox::SandboxMode::Strict)
                  .Case("off", sandbox::SandboxMode::Off)
                  .Default(std::nullopt);
  if (!mode)
    return wrongValue("sandbox", sandbox, "auto, strict and off");
  settings.sandbox = *mode;
  auto network =
      engine::networkVariables(configuration.networkEnvironment, arguments.values("network-env"));
  if (!network)
    return network.takeError();
  settings.build.networkEnvironment = std::move(network->all);
  settings.build.countedVariables = std::move(network->counted);
  if (auto timeout = arguments.value("timeout")) {
    auto duration = workspace::parseDuration(*timeout);
    if (!duration)
      return duration.takeError();
    settings.build.stepTimeout = *duration;
  }
  return settings;
}

std::vector<Option> cacheLimitOptions() {
  return {
      {"max-size", 0, "SIZE", "keep at most this much: 500MB, 20GiB, none (default: 20GiB)"},
      {"max-age", 0, "DURATION",
       "keep what was used within this time: 12h, 30d, none (default: 30d)"},
  };
}

llvm::Expected<cas::Limits> readCacheLimits(const Arguments& arguments,
                                            const workspace::Configuration& configuration) {
  return retention::readCacheLimits(arguments.value("max-size"), arguments.value("max-age"),
                                    configuration);
}

llvm::Expected<int64_t> parseTime(llvm::StringRef text) {
  llvm::StringRef rest = text;
  bool isUtc = rest.consume_back("Z");
  for (const char* format : {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"}) {
    std::tm parts = {};
    parts.tm_isdst = -1; // whatever it is then
    std::string copy = rest.str();
    const char* end = ::strptime(copy.c_str(), format, &parts);
    if (!end || *end != '\0')
      continue;
    int day = parts.tm_mday;
    time_t seconds = isUtc ? ::timegm(&parts) : ::mktime(&parts);
    if (seconds != -1 && parts.tm_mday == day) // not the 31st of June
      return seconds * 1000;
  }
  return base::usageError("`" + text +
                          "` is no time; write 2026-12-24, 2026-12-24T18:00 or 2026-12-24T18:00Z");
}

// ---- reports -------------------------------------------------------------------

llvm::Expected<ReportSettings> readReportSettings(const Arguments& arguments) {
  ReportSettings settings;
  std::string progress = arguments.value("progress").value_or("auto");
  auto kind = llvm::StringSwitch<std::optional<ProgressKind>>(progress)
                  .Case("auto", talksToTerminal() ? ProgressKind::Terminal : ProgressKind::Plain)
                  .Case("tty", ProgressKind::Terminal)
                  .Case("plain", ProgressKind::Plain)
                  .Case("json", ProgressKind::Json)
                  .Case("none", ProgressKind::None)
                  .Default(std::nullopt);
  if (!kind)
    return wrongValue("progress", progress, "auto, tty, plain, json and none");
  settings.progress = *kind;
  settings.eventsFile = arguments.value("events").value_or("");
  settings.profileFile = arguments.value("profile").value_or("");
  settings.junitFile = arguments.value("junit").value_or("");
  return settings;
}

llvm::Expected<size_t> readLimit(const Arguments& arguments, size_t otherwise) {
  auto text = arguments.value("limit");
  size_t limit = otherwise;
  if (text && (llvm::StringRef(*text).getAsInteger(10, limit) || limit == 0))
    return base::usageError("`--limit` wants a number from 1 on, not `" + *text + "`");
  return limit;
}

llvm::Expected<bool> wantsJson(const Arguments& arguments) {
  std::string format = arguments.value("format").value_or("text");
  if (format == "json")
    return true;
  if (format == "text")
    return false;
  return wrongValue("format", format, "text and json");
}

} // namespace pipec::cli
