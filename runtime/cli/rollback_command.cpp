// `pipec rollback`: puts a release back that was stable, from what is stored.
#include "runtime/cli/command.h"
#include "runtime/cli/environments.h"
#include "runtime/cli/hands.h"
#include "runtime/cli/interrupts.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "runtime/environment/by_hand.h"
#include "runtime/host/user.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

using environment::HandResult;
using environment::HandState;

std::vector<Option> rollbackOptions() {
  std::vector<Option> options = {
      {"to", 0, "RELEASE", "by its first digits, any that was ever stable there"},
      {"reason", 0, "TEXT", "is kept, and shown where the other release is held back"}};
  llvm::append_range(options, handOptions());
  options.push_back(formatOption());
  return options;
}

static llvm::StringRef stateName(HandState state) {
  switch (state) {
  case HandState::Done:
    return "succeeded";
  case HandState::Held:
    return "held";
  case HandState::Refused:
    return "refused";
  case HandState::Failed:
    return "failed";
  }
  llvm_unreachable("a state without a name");
}

static ExitCode codeOf(HandState state) {
  return state == HandState::Done   ? ExitCode::Success
         : state == HandState::Held ? ExitCode::Held
                                    : ExitCode::Failure;
}

/// What the commands printed: their output is talk here, because the document is data.
static llvm::Error showOutput(const HandResult& result, cas::ContentStore& store, Streams& io) {
  for (const base::Digest& log : {result.outcome->stdoutDigest, result.outcome->stderrDigest}) {
    auto found = store.pieces(log, [&](llvm::StringRef piece) { io.err << piece; });
    if (!found)
      return found.takeError();
  }
  return llvm::Error::success();
}

static void tell(const HandResult& result, llvm::StringRef name, Streams& io) {
  switch (result.state) {
  case HandState::Done:
    io.err << report::printable(result.text);
    if (result.undone)
      io.err << "; release " << result.undone->shortHex()
             << " is held back until it changes, or `pipec unhold " << name << "`";
    io.err << '\n';
    return;
  case HandState::Held:
    io.err << "held: " << report::printable(result.text) << '\n';
    return;
  case HandState::Refused:
  case HandState::Failed:
    io.error(report::printable(result.text));
    return;
  }
}

static void writeDocument(const HandResult& result, const environment::EnvironmentStatus& status,
                          Streams& io) {
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", "pipec.rollback/1");
      json.attribute("state", stateName(result.state));
      json.attribute("reason", base::jsonText(result.text));
      json.attribute("release", result.release ? result.release->text() : "");
      json.attribute("undone", result.undone ? result.undone->text() : "");
      json.attributeObject("environment", [&] { writeFields(json, status); });
    });
  });
}

llvm::Expected<ExitCode> runRollback(Words words, Streams& io) {
  auto invocation = invokeForEnvironment("rollback", words, io, environment::Access::Read);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  const std::string& identity = (*invocation)->identity;
  auto who = host::answeringUser("pipec rollback");
  if (!who)
    return who.takeError();
  auto hands = Hands::open((*invocation)->workspace, (*invocation)->common, arguments, io);
  if (!hands)
    return hands.takeError();
  InterruptWatcher watcher([&] { (*hands)->interrupt(); });
  auto result = environment::rollBackByHand(
      (*hands)->hands(),
      {identity, arguments.value("to").value_or(""), arguments.value("reason").value_or("")},
      (*hands)->wait(identity));
  if (!result)
    return result.takeError();
  bool isTold = result->state == HandState::Failed || (*invocation)->common.verbose;
  if (result->outcome && isTold)
    if (llvm::Error error = showOutput(*result, (*hands)->store(), io))
      return error;
  bool isBad = codeOf(result->state) != ExitCode::Success;
  if (isBad || !(*invocation)->common.quiet)
    tell(*result, report::printable(environment::nameOf(identity)), io);
  if ((*invocation)->asJson) {
    auto status = statusOf((*hands)->hands().world().ledger, identity);
    if (!status)
      return status.takeError();
    writeDocument(*result, *status, io);
  }
  return (*hands)->wasInterrupted() && isBad ? ExitCode::Interrupted : codeOf(result->state);
}

} // namespace pipec::cli
