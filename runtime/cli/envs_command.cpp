// `pipec envs`: what is deployed where.
#include "runtime/cli/command.h"

#include "runtime/cli/environments.h"
#include "runtime/cli/hands.h"
#include "runtime/cli/interrupts.h"
#include "runtime/cli/invocation.h"
#include "runtime/engine/session.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/base/time_text.h"
#include "runtime/environment/by_hand.h"
#include "runtime/environment/clock.h"
#include "runtime/report/table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::cli {

using environment::EnvironmentStatus;
using environment::Recorded;
using environment::State;
using report::Cell;

std::vector<Option> envsOptions() {
  std::vector<Option> options = {
      {"probe", 0, "", "ask each environment what it runs; exit code 1 if one has drifted"}};
  llvm::append_range(options, handOptions());
  options.push_back(formatOption());
  return options;
}

namespace {

/// One invocation of `envs`.
class EnvsCommand {
public:
  EnvsCommand(Arguments given, CommonSettings settings, workspace::Workspace place,
              Streams& streams)
      : arguments(std::move(given)), common(std::move(settings)), workspace(std::move(place)),
        io(streams) {}

  llvm::Expected<ExitCode> run();

private:
  struct Shown {
    KnownEnvironment environment;
    std::string problem; ///< why its probe could not be asked
  };

  llvm::Error gather(environment::Ledger& ledger);
  llvm::Error probe();
  void writeText();
  void writeDocument();

  Arguments arguments;
  CommonSettings common;
  workspace::Workspace workspace;
  Streams& io;
  std::vector<Shown> shown;
};

} // namespace

/// All that there are, or those that the words name.
llvm::Error EnvsCommand::gather(environment::Ledger& ledger) {
  auto environments = Environments::read(workspace, ledger);
  if (!environments)
    return environments.takeError();
  shown.clear();
  for (const std::string& word : arguments.words()) {
    auto found = environments->find(word);
    if (!found)
      return found.takeError();
    shown.push_back({**found, ""});
  }
  if (arguments.words().empty())
    for (const KnownEnvironment& environment : environments->all())
      shown.push_back({environment, ""});
  return llvm::Error::success();
}

llvm::Error EnvsCommand::probe() {
  auto hands = Hands::open(workspace, common, arguments, io);
  if (!hands)
    return hands.takeError();
  InterruptWatcher watcher([&] { (*hands)->interrupt(); });
  for (Shown& one : shown) {
    const std::string& identity = one.environment.status.identity;
    auto probed = environment::probeByHand((*hands)->hands(), identity, (*hands)->wait(identity));
    if (!probed)
      return probed.takeError();
    one.problem = std::move(probed->problem);
    auto status = statusOf((*hands)->hands().world().ledger, identity);
    if (!status)
      return status.takeError();
    one.environment.status = std::move(*status);
    if (!one.problem.empty())
      io.warning(one.problem);
  }
  return llvm::Error::success();
}

// ---- text ----------------------------------------------------------------------

static Cell releaseCell(const State& state, const report::Style& style) {
  switch (state.recorded.kind) {
  case Recorded::Kind::Nothing:
    return {"none", [style](llvm::StringRef text) { return style.dim(text); }};
  case Recorded::Kind::Release:
    return {state.recorded.release.shortHex()};
  case Recorded::Kind::Unknown:
    return {"unknown", [style](llvm::StringRef text) { return style.red(text); }};
  }
  llvm_unreachable("a record of no kind");
}

static Cell verifiedCell(const State& state, const report::Style& style) {
  if (state.recorded.kind == Recorded::Kind::Nothing)
    return {""};
  bool failed = state.verified == environment::Verified::Fail;
  bool passed = state.verified == environment::Verified::Pass;
  return {environment::verifiedName(state.verified).str(), [=](llvm::StringRef text) {
            return failed ? style.red(text) : passed ? style.green(text) : text.str();
          }};
}

/// What a person should know of it, in clauses.
static std::string remarks(const KnownEnvironment& environment) {
  const State& state = environment.status.state;
  std::vector<std::string> notes;
  if (state.recorded.kind == Recorded::Kind::Unknown && state.desired)
    notes.push_back("release " + state.desired->shortHex() + " was begun, and has not ended well");
  if (environment::hasDrifted(state))
    notes.push_back(state.observed.identity.empty()
                        ? "drifted: it shows no release at all"
                        : "drifted: it shows `" + report::printable(state.observed.identity) + "`");
  if (environment::isFrozen(state, environment::now())) {
    std::string note = "frozen by " + report::printable(state.freeze->by);
    if (!state.freeze->reason.empty())
      note += " (" + report::printable(state.freeze->reason) + ")";
    if (state.freeze->until)
      note += " until " + base::timeText(*state.freeze->until);
    notes.push_back(std::move(note));
  }
  if (state.hold)
    notes.push_back("holds back release " + state.hold->release.shortHex() + " (" +
                    report::printable(state.hold->reason) + ")");
  if (state.stable && !state.recorded.is(*state.stable))
    notes.push_back("stable was release " + state.stable->shortHex());
  if (state.recorded.kind == Recorded::Kind::Release && state.recorded.release.isOldName())
    notes.push_back("an older pipec named its release: the next deploy acts again, and nothing can "
                    "be gone back to until then");
  if (!environment.isDeclared)
    notes.push_back("not declared here");
  return llvm::join(notes, "; ");
}

void EnvsCommand::writeText() {
  // `--color` is about the talk; data is coloured for eyes alone.
  report::Style style(io.color() && io.out.is_displayed());
  auto yellow = [style](llvm::StringRef text) { return style.yellow(text); };
  report::Table table({"ENVIRONMENT", "RELEASE", "COMMIT", "AGE", "VERIFIED", "REMARKS"});
  for (const Shown& one : shown) {
    const EnvironmentStatus& status = one.environment.status;
    table.add({{report::printable(status.identity)},
               releaseCell(status.state, style),
               {commitText(status.state.origin)},
               {status.made ? report::ageText(environment::now() - status.made->started) : ""},
               verifiedCell(status.state, style),
               {remarks(one.environment), yellow}});
  }
  if (table.isEmpty())
    io.err << "nothing was ever deployed here, and no file declares an environment\n";
  else
    table.write(io.out);
}

void EnvsCommand::writeDocument() {
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", "pipec.envs/1");
      json.attributeArray("environments", [&] {
        for (const Shown& one : shown)
          json.object([&] {
            writeFields(json, one.environment.status);
            json.attribute("declared", one.environment.isDeclared);
            json.attribute("problem", base::jsonText(one.problem));
          });
      });
    });
  });
}

llvm::Expected<ExitCode> EnvsCommand::run() {
  auto asJson = wantsJson(arguments);
  if (!asJson)
    return asJson.takeError();
  auto ledger = engine::openDeployState(workspace, common.places, environment::Access::Read,
                                        [this](llvm::StringRef message) { io.warning(message); });
  if (!ledger)
    return ledger.takeError();
  if (llvm::Error error = gather(**ledger))
    return error;
  bool isProbed = arguments.has("probe");
  if (isProbed)
    if (llvm::Error error = probe())
      return error;
  if (*asJson)
    writeDocument();
  else
    writeText();
  bool isWrong = llvm::any_of(shown, [](const Shown& one) {
    return !one.problem.empty() || environment::hasDrifted(one.environment.status.state);
  });
  return isProbed && isWrong ? ExitCode::Failure : ExitCode::Success;
}

llvm::Expected<ExitCode> runEnvs(Words words, Streams& io) {
  auto invocation = invokeSimple("envs", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  return EnvsCommand(std::move((*invocation)->arguments), std::move((*invocation)->common),
                     std::move(*workspace), io)
      .run();
}

} // namespace pipec::cli
