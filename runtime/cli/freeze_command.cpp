// `pipec freeze`, `unfreeze` and `unhold`: a person's stop signs on an environment.
#include "runtime/cli/command.h"

#include "runtime/cli/environments.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/base/time_text.h"
#include "runtime/environment/clock.h"
#include "runtime/environment/operator.h"
#include "runtime/host/user.h"
#include "runtime/report/text.h"
#include "runtime/workspace/quantities.h"

namespace pipec::cli {

using environment::Event;
using environment::EventKind;
using environment::State;

std::vector<Option> freezeOptions() {
  return {{"reason", 0, "TEXT", "is shown to whoever wants to deploy"},
          {"for", 0, "DURATION", "how long: 12h, 7d (default: until `pipec unfreeze`)"},
          {"until", 0, "TIME", "2026-12-24, 2026-12-24T18:00 (local time) or …T18:00Z"},
          formatOption()};
}
std::vector<Option> unfreezeOptions() {
  return {formatOption()};
}

static llvm::Expected<std::optional<int64_t>> endOf(const Arguments& arguments) {
  auto duration = arguments.value("for");
  auto until = arguments.value("until");
  if (duration && until)
    return base::usageError("`--for` and `--until` contradict each other");
  if (duration) {
    auto length = workspace::parseDuration(*duration);
    if (!length)
      return length.takeError();
    return environment::now() + length->count();
  }
  if (!until)
    return std::nullopt;
  auto time = parseTime(*until);
  if (!time)
    return time.takeError();
  if (*time <= environment::now())
    return base::usageError("`--until " + *until + "` is over already");
  return *time;
}

/// Applies `event`, which is worth it if `matters`, and tells `done`, else `nothing`.
static llvm::Expected<ExitCode> change(EnvironmentInvocation& invocation, const Event& event,
                                       bool matters, const std::string& done,
                                       const std::string& nothing, Streams& io) {
  if (matters) {
    auto applied = invocation.ledger->apply(invocation.identity, event);
    if (!applied)
      return applied.takeError();
  }
  if (!invocation.common.quiet)
    io.err << (matters ? done : nothing) << '\n';
  if (!invocation.asJson)
    return ExitCode::Success;
  auto status = statusOf(*invocation.ledger, invocation.identity);
  if (!status)
    return status.takeError();
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", "pipec.environment/1");
      json.attribute("changed", matters);
      writeFields(json, *status);
    });
  });
  return ExitCode::Success;
}

llvm::Expected<ExitCode> runFreeze(Words words, Streams& io) {
  auto invocation = invokeForEnvironment("freeze", words, io, environment::Access::Write);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto who = host::answeringUser("pipec freeze");
  if (!who)
    return who.takeError();
  Event event;
  event.kind = EventKind::Freeze;
  event.by = std::move(*who);
  event.text = arguments.value("reason").value_or("");
  auto until = endOf(arguments);
  if (!until)
    return until.takeError();
  event.until = *until;
  std::string name = report::printable(environment::nameOf((*invocation)->identity));
  std::string done = "frozen: `" + name + "`" +
                     (event.until ? ", until " + base::timeText(*event.until)
                                  : ", until `pipec unfreeze " + name + "`");
  return change(**invocation, event, /*matters=*/true, done, "", io);
}

/// Takes something off an environment. `done` says what there is to take off; nullopt: nothing.
static llvm::Expected<ExitCode>
lift(llvm::StringRef command, Words words, Streams& io, EventKind kind,
     std::optional<std::string> (*done)(const environment::State& state, const std::string& name),
     llvm::StringRef nothing) {
  auto invocation = invokeForEnvironment(command, words, io, environment::Access::Write);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  auto who = host::answeringUser(("pipec " + command).str());
  if (!who)
    return who.takeError();
  auto state = (*invocation)->ledger->state((*invocation)->identity);
  if (!state)
    return state.takeError();
  Event event;
  event.kind = kind;
  std::string name = "`" + report::printable(environment::nameOf((*invocation)->identity)) + "`";
  std::optional<std::string> what = done(*state, name);
  return change(**invocation, event, what.has_value(), what.value_or(""), name + nothing.str(), io);
}

llvm::Expected<ExitCode> runUnfreeze(Words words, Streams& io) {
  auto done = [](const environment::State& state,
                 const std::string& name) -> std::optional<std::string> {
    if (!state.freeze)
      return std::nullopt;
    const std::string& reason = state.freeze->reason;
    return "unfrozen: " + name + ", which " + report::printable(state.freeze->by) + " had frozen" +
           (reason.empty() ? "" : " (" + report::printable(reason) + ")");
  };
  return lift("unfreeze", words, io, EventKind::Unfreeze, done, " is not frozen");
}

llvm::Expected<ExitCode> runUnhold(Words words, Streams& io) {
  auto done = [](const environment::State& state,
                 const std::string& name) -> std::optional<std::string> {
    if (!state.hold)
      return std::nullopt;
    return "lifted: release " + state.hold->release.shortHex() + " may be deployed to " + name +
           " again";
  };
  return lift("unhold", words, io, EventKind::Unhold, done, " holds nothing back");
}

} // namespace pipec::cli
