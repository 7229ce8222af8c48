// The table of commands, and their help.
#include "runtime/cli/command.h"

#include "runtime/cli/options.h"

#include "compiler/base/error.h"
#include "compiler/diagnostics/diagnostic.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

static std::vector<Option> formatAlone() {
  return {formatOption()};
}
static std::vector<Option> none() {
  return {};
}

static const Command Table[] = {
    {"build", "[TARGET…] [--PARAMETER VALUE…]",
     "bring targets up to date: sources, builds, tests, deploys", runBuild, buildOptions},
    {"plan", "[TARGET…] [--PARAMETER VALUE…]",
     "what build would do, and why; runs nothing, writes nothing", runPlan, planOptions},
    {"check", "[FILE…]", "parse and type-check only", runCheck, checkOptions},
    {"explain", "[CODE…]", "what a diagnostic means; alone: the list of all", runExplain,
     explainOptions},
    {"fmt", "[FILE|DIR|-…] [--check] [--diff]", "write `.pipe` files in the one style", runFmt,
     fmtOptions},
    {"why", "TARGET", "why a node last ran, or was served", runWhy, whyOptions},
    {"get", "TARGET -o PATH", "copy an artifact, or a test's report, out", runGet, getOptions},
    {"log", "[TARGET]", "the output of a node", runLog, logOptions},
    {"tests", "[TARGET] [--failed|--flaky|--slow] [--case NAME]",
     "the cases of tests: of the last execution, or one case over time", runTests, testsOptions},
    {"list", "[PATTERN]", "pipelines, stages, nodes", runList, listOptions},
    {"executions", "[PIPELINE] [-n N]", "what was built here, and how it ended", runExecutions,
     executionsOptions},
    {"show", "ID", "one execution: stages, nodes, attempts, artifacts, tests", runShow,
     showOptions},
    {"retry", "ID", "a new attempt of an execution, on the same sources", runRetry, retryOptions},
    {"stop", "ID [--abandon]", "end an execution that runs", runStop, stopOptions},
    {"approve", "TARGET [--comment TEXT]", "let through what waits at a gate", runApprove,
     approveOptions},
    {"reject", "TARGET [--comment TEXT]", "refuse what waits at a gate", runReject, rejectOptions},
    {"envs", "[ENV…] [--probe]", "what is deployed where", runEnvs, envsOptions},
    {"history", "ENV", "the deployments of an environment", runHistory, historyOptions},
    {"rollback", "ENV [--to RELEASE]", "put a stable release back, from what is stored",
     runRollback, rollbackOptions},
    {"freeze", "ENV [--for DURATION]", "let nothing be deployed to an environment", runFreeze,
     freezeOptions},
    {"unfreeze", "ENV", "lift a freeze", runUnfreeze, unfreezeOptions},
    {"unhold", "ENV", "let a release through that a rollback holds back", runUnhold,
     unfreezeOptions},
    {"pin", "[TARGET…] [--PARAMETER VALUE…]", "write what sources resolve to into pipe.lock",
     runPin, pinOptions},
    {"trust", "[TARGET…] [--PARAMETER VALUE…]",
     "show what pipelines want of the user, and grant it once", runTrust, trustCommandOptions},
    {"cache", "stats|gc|verify|clear", "what is in the cache; collect, check or empty it", runCache,
     cacheOptions},
    {"version", "", "the version of pipec, and what this machine can isolate", runVersion,
     formatAlone},
    {"help", "[COMMAND]", "help for a command", runHelp, none},
    {"graph", "[TARGET] --format dot|mermaid|json", "the graph of nodes", nullptr, none},
};

llvm::ArrayRef<Command> commands() {
  return Table;
}

const Command* findCommand(llvm::StringRef name) {
  auto found = llvm::find_if(Table, [&](const Command& command) { return command.name == name; });
  return found == std::end(Table) ? nullptr : &*found;
}

void printOverview(llvm::raw_ostream& out) {
  out << "pipec: delivery pipelines that run only what a change affects\n\n"
         "usage: pipec COMMAND [OPTION…] [TARGET…]\n\n";
  for (const Command& command : commands())
    if (command.run) {
      out << "  " << command.name;
      out.indent(11 - command.name.size()) << command.summary << '\n';
    }
  out << "\nNot in this version yet:";
  for (const Command& command : commands())
    if (!command.run)
      out << ' ' << command.name;
  out << "\n\nA TARGET is [FILE.pipe:]PIPELINE[.STAGE][.NAME], or DIR/... for all below DIR.\n"
         "`pipec help COMMAND` has the options of a command.\n";
}

void printHelp(llvm::raw_ostream& out, const Command& command) {
  out << "pipec " << command.name << ": " << command.summary << "\n\n"
      << "usage: pipec " << command.name << (command.usage.empty() ? "" : " ") << command.usage
      << "\n";
  std::vector<Option> own = command.options();
  if (!own.empty())
    out << "\noptions:\n" << describe(own);
  out << "\noptions of every command:\n" << describe(commonOptions());
}

llvm::Expected<ExitCode> runHelp(Words words, Streams& io) {
  auto arguments = Arguments::parse(words, commonOptions());
  if (!arguments)
    return arguments.takeError();
  if (arguments->words().empty()) {
    printOverview(io.out);
    return ExitCode::Success;
  }
  llvm::StringRef name = arguments->words().front();
  const Command* command = findCommand(name);
  if (!command)
    return base::usageError("there is no command `" + name + "`; `pipec help` lists them");
  if (!command->run)
    return base::usageError("`pipec " + name + "` is not in this version yet");
  printHelp(io.out, *command);
  return ExitCode::Success;
}

} // namespace pipec::cli
