// `pipec stop`: ends an execution that runs in another process.
#include "runtime/cli/command.h"
#include "runtime/cli/query.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "runtime/host/process.h"

#include <chrono>
#include <csignal>
#include <thread>

namespace pipec::cli {

using history::ExecutionState;

std::vector<Option> stopOptions() {
  return {
      {"abandon", 0, "", "also end deploys and live tests that run; what is there then is unknown"},
      formatOption()};
}

static llvm::Error notRunning(const history::Execution& execution) {
  return base::usageError("execution " + execution.id + " is not running: it is " +
                          history::stateName(execution.state));
}

/// The execution once it has ended, however long its effects take.
static llvm::Expected<history::Execution> waitForEnd(Query& query, const std::string& id,
                                                     bool abandon, Streams& io) {
  using namespace std::chrono_literals;
  auto begin = std::chrono::steady_clock::now();
  bool told = false;
  for (;;) {
    auto execution = query.history().execution(id);
    if (!execution)
      return execution.takeError();
    if (!*execution)
      return base::worldError("execution " + id + " is no longer in the history");
    if ((*execution)->state != ExecutionState::Running)
      return std::move(**execution);
    if (!told && std::chrono::steady_clock::now() - begin > 2s) {
      told = true;
      io.err << (abandon ? "waiting for its steps to end\n"
                         : "waiting for what runs to end; `--abandon` also ends deploys\n");
      io.err.flush();
    }
    std::this_thread::sleep_for(20ms);
  }
}

static llvm::Expected<history::Execution> stop(Query& query, const std::string& typed, bool abandon,
                                               Streams& io) {
  auto execution = query.execution(typed);
  if (!execution)
    return execution.takeError();
  if (execution->state != ExecutionState::Running)
    return notRunning(*execution);
  if (!host::Process::isHere(execution->process))
    return base::usageError("execution " + execution->id +
                            " runs on another machine or in another container; stop it there");
  auto process = host::Process::open(execution->process);
  // Only a process that still holds the execution's lock now is the one that was opened.
  auto now = query.history().execution(execution->id);
  if (!now)
    return now.takeError();
  if (!process || !*now || (*now)->state != ExecutionState::Running)
    return notRunning(*now ? **now : *execution);
  if (llvm::Error error = process->signal(abandon ? SIGTERM : SIGUSR1))
    return error;
  return waitForEnd(query, execution->id, abandon, io);
}

llvm::Expected<ExitCode> runStop(Words words, Streams& io) {
  auto invocation = invokeQuery("stop", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto id = singleExecution(arguments, "stop");
  if (!id)
    return id.takeError();
  Query& query = *(*invocation)->query;
  auto ended = stop(query, *id, arguments.has("abandon"), io);
  if (!ended)
    return ended.takeError();
  llvm::StringRef state = history::stateName(ended->state);
  if ((*invocation)->asJson)
    io.out << base::renderJson([&](llvm::json::OStream& json) {
      json.object([&] {
        json.attribute("schema", "pipec.stop/1");
        json.attribute("id", base::jsonText(ended->id));
        json.attribute("state", state);
      });
    });
  else
    io.err << "execution " << ended->id << " has ended: " << state << '\n';
  return ExitCode::Success;
}

} // namespace pipec::cli
