// The commands of pipec, in a table.
#pragma once

#include "runtime/cli/arguments.h"
#include "runtime/cli/exit_code.h"
#include "runtime/cli/streams.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::cli {

/// What follows the command's name; options before it have been moved here.
using Words = llvm::ArrayRef<std::string>;

struct Command {
  llvm::StringLiteral name;
  llvm::StringLiteral usage; ///< what follows the name in help
  llvm::StringLiteral summary;
  /// Null: known by name only, and refused.
  llvm::Expected<ExitCode> (*run)(Words words, Streams& io);
  std::vector<Option> (*options)();
};

llvm::ArrayRef<Command> commands();
const Command* findCommand(llvm::StringRef name);

/// `pipec help`: all commands.
void printOverview(llvm::raw_ostream& out);
/// One command with its options.
void printHelp(llvm::raw_ostream& out, const Command& command);

llvm::Expected<ExitCode> runBuild(Words words, Streams& io);
llvm::Expected<ExitCode> runPlan(Words words, Streams& io);
llvm::Expected<ExitCode> runCheck(Words words, Streams& io);
llvm::Expected<ExitCode> runExplain(Words words, Streams& io);
llvm::Expected<ExitCode> runFmt(Words words, Streams& io);
llvm::Expected<ExitCode> runList(Words words, Streams& io);
llvm::Expected<ExitCode> runGet(Words words, Streams& io);
llvm::Expected<ExitCode> runLog(Words words, Streams& io);
llvm::Expected<ExitCode> runWhy(Words words, Streams& io);
llvm::Expected<ExitCode> runTests(Words words, Streams& io);
llvm::Expected<ExitCode> runExecutions(Words words, Streams& io);
llvm::Expected<ExitCode> runShow(Words words, Streams& io);
llvm::Expected<ExitCode> runRetry(Words words, Streams& io);
llvm::Expected<ExitCode> runStop(Words words, Streams& io);
llvm::Expected<ExitCode> runApprove(Words words, Streams& io);
llvm::Expected<ExitCode> runReject(Words words, Streams& io);
llvm::Expected<ExitCode> runEnvs(Words words, Streams& io);
llvm::Expected<ExitCode> runHistory(Words words, Streams& io);
llvm::Expected<ExitCode> runRollback(Words words, Streams& io);
llvm::Expected<ExitCode> runFreeze(Words words, Streams& io);
llvm::Expected<ExitCode> runUnfreeze(Words words, Streams& io);
llvm::Expected<ExitCode> runUnhold(Words words, Streams& io);
llvm::Expected<ExitCode> runTrust(Words words, Streams& io);
llvm::Expected<ExitCode> runPin(Words words, Streams& io);
llvm::Expected<ExitCode> runCache(Words words, Streams& io);
llvm::Expected<ExitCode> runVersion(Words words, Streams& io);
llvm::Expected<ExitCode> runHelp(Words words, Streams& io);

std::vector<Option> buildOptions();
std::vector<Option> planOptions();
std::vector<Option> checkOptions();
std::vector<Option> explainOptions();
std::vector<Option> fmtOptions();
std::vector<Option> listOptions();
std::vector<Option> getOptions();
std::vector<Option> logOptions();
std::vector<Option> whyOptions();
std::vector<Option> testsOptions();
std::vector<Option> executionsOptions();
std::vector<Option> showOptions();
std::vector<Option> retryOptions();
std::vector<Option> stopOptions();
std::vector<Option> approveOptions();
std::vector<Option> rejectOptions();
std::vector<Option> envsOptions();
std::vector<Option> historyOptions();
std::vector<Option> rollbackOptions();
std::vector<Option> freezeOptions();
std::vector<Option> unfreezeOptions();
std::vector<Option> trustCommandOptions();
std::vector<Option> pinOptions();
std::vector<Option> cacheOptions();

} // namespace pipec::cli
