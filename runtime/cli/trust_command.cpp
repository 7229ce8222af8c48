// `pipec trust`: a state that was set aside is taken back, and what pipelines may have of their
// user is shown, granted once and remembered.
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/wanted.h"
#include "runtime/report/wants.h"
#include "runtime/workspace/grants.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"

#include "runtime/report/text.h"
#include "runtime/workspace/standing.h"
#include "runtime/workspace/state_folder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <iostream>
#include <unistd.h>

namespace pipec::cli {

std::vector<Option> trustCommandOptions() {
  return {{"yes", 'y', "", "grant without asking"},
          {"list", 0, "", "what is granted to this workspace"},
          {"revoke", 0, "", "forget all that is granted to this workspace"},
          formatOption()};
}

namespace {

/// One invocation of `trust` that may grant something.
class TrustCommand {
public:
  TrustCommand(Invocation what, Streams& streams)
      : invocation(std::move(what)), io(streams), trust(workspace::TrustMode::Remembered) {}

  llvm::Expected<ExitCode> run();

private:
  llvm::Error makeWantedPlans();
  void show();
  llvm::Expected<bool> asked() const;

  const workspace::Workspace& workspace() const { return invocation.workspace; }

  Invocation invocation;
  Streams& io;
  workspace::Trust trust;
  bool asJson = false;
  std::vector<engine::SelectedPlan> plans;
  std::vector<exec::Want> wants; ///< that are not granted
};

} // namespace

/// A pipeline whose parameters nobody has given wants nothing that could be known.
llvm::Error TrustCommand::makeWantedPlans() {
  llvm::erase_if(invocation.selections, [&](const engine::Selection& selection) {
    bool isOpen = llvm::any_of(selection.pipeline.parameters,
                               [&](const driver::PipelineInfo::Parameter& parameter) {
                                 std::string option = parameter.name;
                                 std::replace(option.begin(), option.end(), '_', '-');
                                 return parameter.required && !invocation.arguments.has(option);
                               });
    if (isOpen)
      io.warning("`" + selection.pipeline.name +
                 "` is left out: it has parameters that must be given (`pipec trust " +
                 selection.pipeline.name + " --help`)");
    return isOpen;
  });
  auto made = makePlans(invocation, io);
  if (!made)
    return made.takeError();
  if (!*made)
    return base::usageError("what the pipelines want cannot be told before they are right");
  plans = std::move(**made);
  return llvm::Error::success();
}

void TrustCommand::show() {
  if (asJson) {
    io.out << base::renderJson([&](llvm::json::OStream& json) {
      json.object([&] {
        json.attribute("schema", "pipec.trust/1");
        json.attribute("workspace", base::jsonText(workspace().root));
        report::writeWants(json, wants);
      });
    });
    return;
  }
  report::writeWants(io.out, wants);
}

/// Whether the user agrees. A usage error if nobody is there to ask.
llvm::Expected<bool> TrustCommand::asked() const {
  if (invocation.arguments.has("yes"))
    return true;
  if (!::isatty(STDIN_FILENO) || !io.err.is_displayed())
    return base::usageError("there is no terminal to ask on, so nothing is granted; "
                            "`pipec trust --yes` grants it");
  io.err << "Grant this to the pipelines of " << report::printable(workspace().root) << "? [y/N] ";
  io.err.flush();
  std::string answer;
  std::getline(std::cin, answer);
  return llvm::StringRef(answer).trim().equals_insensitive("y") ||
         llvm::StringRef(answer).trim().equals_insensitive("yes");
}

llvm::Expected<ExitCode> TrustCommand::run() {
  auto json = wantsJson(invocation.arguments);
  if (!json)
    return json.takeError();
  asJson = *json;
  auto granted = workspace::readGrants(workspace());
  if (!granted)
    return granted.takeError();
  trust = workspace::Trust(workspace::TrustMode::Remembered, std::move(*granted));
  if (llvm::Error error = makeWantedPlans())
    return error;
  auto all = wantsOf(plans, workspace(), trust, /*withEffects=*/true);
  if (!all)
    return all.takeError();
  llvm::copy_if(*all, std::back_inserter(wants), [](const exec::Want& w) { return !w.isGranted; });
  show();
  io.out.flush();
  if (wants.empty()) {
    io.err << "these pipelines want nothing that is not granted\n";
    return ExitCode::Success;
  }
  auto settings = workspace::doubtfulSettings(workspace());
  if (!settings)
    return settings.takeError();
  if (*settings && !trust.allows((*settings)->wish))
    for (const std::string& line : (*settings)->lines)
      io.err << ".pipec/config.json: " << report::printable(line) << '\n';
  auto agrees = asked();
  if (!agrees)
    return agrees.takeError();
  if (!*agrees) {
    io.err << "nothing is granted\n";
    return ExitCode::Usage;
  }
  std::set<workspace::Wish> wishes;
  for (const exec::Want& want : wants)
    wishes.insert(want.wish);
  if (llvm::Error error = workspace::addGrants(workspace(), wishes))
    return error;
  io.err << "granted to the pipelines of " << report::printable(workspace().root)
         << "; `pipec trust --revoke` takes it back\n";
  return ExitCode::Success;
}

// ---- without pipelines ---------------------------------------------------------

static llvm::Error writeGranted(const workspace::Workspace& workspace, bool asJson, Streams& io) {
  auto granted = workspace::readGrants(workspace);
  if (!granted)
    return granted.takeError();
  if (!asJson) {
    for (const workspace::Wish& wish : *granted)
      io.out << report::printable(workspace::describe(wish)) << '\n';
    if (granted->empty())
      io.err << "nothing is granted to the pipelines of " << report::printable(workspace.root)
             << '\n';
    return llvm::Error::success();
  }
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", "pipec.trust/1");
      json.attribute("workspace", base::jsonText(workspace.root));
      json.attributeArray("granted", [&] {
        for (const workspace::Wish& wish : *granted)
          json.object([&] {
            json.attribute("kind", workspace::kindName(wish.kind));
            json.attribute("name", base::jsonText(wish.name));
          });
      });
    });
  });
  return llvm::Error::success();
}

/// `--list` and `--revoke`: they need no program that compiles.
static llvm::Expected<ExitCode> lookAtGrants(Words words, Streams& io) {
  auto invocation = invokeSimple("trust", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  bool isRevoked = arguments.has("revoke");
  if (!arguments.words().empty() || arguments.has("yes") || (isRevoked && arguments.has("list")))
    return base::usageError("`--list` and `--revoke` are about all that is granted to the "
                            "workspace, and stand alone");
  auto asJson = wantsJson(arguments);
  if (!asJson)
    return asJson.takeError();
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  llvm::Error error =
      isRevoked ? workspace::forgetGrants(*workspace) : writeGranted(*workspace, *asJson, io);
  if (error)
    return error;
  if (isRevoked)
    io.err << "nothing is granted any more to the pipelines of "
           << report::printable(workspace->root) << '\n';
  return ExitCode::Success;
}

/// What of `.pipec` this user's pipec has not made is taken for its own from now on. Whether there
/// was any.
static llvm::Expected<bool> adoptStateFolder(const workspace::Workspace& workspace, Streams& io) {
  if (workspace::look(workspace.root).kind == workspace::Standing::Kind::Absent)
    return false;
  // What is there is set aside first, so that there is one way of taking back.
  if (llvm::Error error = workspace::prepareState(workspace, [](llvm::StringRef) {}))
    return error;
  auto lock = workspace::WorkspaceLock::take(workspace, [&](llvm::StringRef holder) {
    io.err << "waiting for " << holder << ", which builds in this workspace\n";
  });
  if (!lock)
    return lock.takeError();
  auto adopted = workspace::adopt(workspace.root);
  if (!adopted)
    return adopted.takeError();
  if (!adopted->empty())
    io.err << "`" << report::printable(workspace.state())
           << "` is believed: " << report::printable(llvm::join(*adopted, ", ")) << '\n';
  return !adopted->empty();
}

/// Adopts the state before anything is compiled: no mistake in a program keeps it set aside. True:
/// there are no pipelines that could want something.
static llvm::Expected<bool> adoptFirst(const Arguments::FirstLook& first, Streams& io) {
  llvm::SmallString<256> before;
  if (std::error_code failed = llvm::sys::fs::current_path(before))
    return base::worldError("cannot tell the current folder: " + failed.message());
  auto common = readCommonSettings(first.known, io);
  if (!common)
    return common.takeError();
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  auto adopted = adoptStateFolder(*workspace, io);
  if (!adopted)
    return adopted.takeError();
  auto files = engine::pipeFilesIn(*workspace, workspace->current, /*recursive=*/true);
  if (!files)
    return files.takeError();
  // `-C` counts from where the command began; the rest of it goes there once more.
  if (std::error_code failed = llvm::sys::fs::set_current_path(before))
    return base::worldError("cannot change to `" + before.str() + "`: " + failed.message());
  return *adopted && files->empty() && first.words.empty();
}

llvm::Expected<ExitCode> runTrust(Words words, Streams& io) {
  std::vector<Option> options = trustCommandOptions();
  llvm::append_range(options, commonOptions());
  Arguments::FirstLook first = Arguments::look(words, options);
  if (first.known.has("list") || first.known.has("revoke"))
    return lookAtGrants(words, io);
  if (!first.known.has("help")) {
    auto done = adoptFirst(first, io);
    if (!done)
      return done.takeError();
    if (*done)
      return ExitCode::Success;
  }
  // All below the current folder, where other commands mean the folder alone: who looks at a new
  // checkout wants to see everything.
  std::vector<std::string> all(words.begin(), words.end());
  if (first.words.empty())
    all.insert(all.begin(), "./...");
  ExitCode code = ExitCode::Success;
  auto invocation = invoke("trust", all, io, code);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return code;
  return TrustCommand(std::move(**invocation), io).run();
}

} // namespace pipec::cli
