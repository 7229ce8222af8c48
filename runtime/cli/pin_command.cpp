// `pipec pin`: identities of sources, and digests of packages, into pipe.lock.
#include "runtime/cli/command.h"
#include "runtime/cli/interrupts.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/wanted.h"
#include "runtime/engine/pins.h"
#include "runtime/engine/session.h"
#include "runtime/report/progress.h"

#include "compiler/base/error.h"
#include "compiler/base/text.h"
#include "compiler/lock/load_lock.h"
#include "compiler/lock/package.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace pipec::cli {

std::vector<Option> pinOptions() {
  std::vector<Option> options = {
      {"missing", 0, "", "ask only what is not pinned, or pinned for another question"},
      {"package", 0, "NAME[=DIR]",
       "pin the content of a package, which is in the folder DIR; may be repeated"},
      {"drop-package", 0, "NAME", "forget a package; its folder stays"},
  };
  for (Option& option : executionOptions())
    if (llvm::is_contained({"jobs", "sandbox", "network-env", "timeout", "trust"}, option.name))
      options.push_back(std::move(option));
  options.push_back({"progress", 0, "auto|tty|plain|none", "how progress is shown"});
  return options;
}

static llvm::Expected<workspace::WorkspaceLock> lockWorkspace(const workspace::Workspace& workspace,
                                                              Streams& io) {
  if (llvm::Error error = workspace::prepareState(
          workspace, [&io](llvm::StringRef message) { io.warning(message); }))
    return error;
  return workspace::WorkspaceLock::take(workspace, [&](llvm::StringRef holder) {
    io.err << "waiting for " << report::printable(holder) << ", which builds in this workspace\n";
  });
}

// ---- packages ------------------------------------------------------------------

namespace {

class PackagePins {
public:
  PackagePins(const workspace::Workspace& workspace, lock::LockFile& lock, Streams& io, bool quiet)
      : workspace(workspace), lock(lock), io(io), quiet(quiet) {}

  /// `NAME=DIR`, or `NAME` of a package that is pinned.
  llvm::Error pin(llvm::StringRef given) {
    auto [name, folder] = given.split('=');
    bool hasFolder = given.contains('=');
    if (!lock::isPackageName(name))
      return base::usageError("a package cannot be called `" + name +
                              "`: `use NAME.MODULE` wants letters, digits and `_`, no keyword and "
                              "not `std`");
    const lock::PinnedPackage* known = lock.package(name);
    if (!known && !hasFolder)
      return base::usageError("pipe.lock has no package `" + name +
                              "`; say where it is: `--package " + name + "=DIR`");
    auto path = hasFolder ? workspace.relative(folder.empty() ? "." : folder)
                          : llvm::Expected<std::string>(known->path);
    if (!path)
      return path.takeError();
    if (!lock::isPackagePath(*path))
      return base::usageError("the package `" + name + "` cannot be in `" + *path +
                              "`: it wants a folder of its own in the workspace");
    for (const lock::PinnedPackage& other : lock.packages)
      if (other.path == *path && other.name != name)
        return base::usageError("`" + *path + "` is the folder of package `" + other.name + "`");
    auto content = lock::readPackage(*files, workspace.root, *path);
    if (!content)
      return content.takeError();
    if (content->modules.empty())
      return base::usageError("`" + *path +
                              "` has no `.pipe` file: a package is a folder of "
                              "modules");
    set({name.str(), std::move(*path), std::move(content->digest)});
    return llvm::Error::success();
  }

  llvm::Error drop(llvm::StringRef name) {
    const lock::PinnedPackage* known = lock.package(name);
    if (!known)
      return base::usageError("pipe.lock has no package `" + name + "`");
    say("dropped " + name + "; its folder `" + known->path + "` is left as it is");
    lock.packages.erase(lock.packages.begin() + (known - lock.packages.data()));
    return llvm::Error::success();
  }

private:
  const workspace::Workspace& workspace;
  lock::LockFile& lock;
  Streams& io;
  const bool quiet;
  std::unique_ptr<base::FileSystem> files = base::makeRealFileSystem();

  void say(const llvm::Twine& text) {
    if (!quiet)
      io.err << report::printable(text.str()) << '\n';
  }

  void set(lock::PinnedPackage package) {
    auto known = llvm::find_if(
        lock.packages, [&](const lock::PinnedPackage& p) { return p.name == package.name; });
    bool isSame = known != lock.packages.end() && *known == package;
    say((isSame ? "unchanged " : "pinned ") + package.name + " (" + package.path +
        "): " + package.digest);
    if (known == lock.packages.end())
      lock.packages.push_back(std::move(package));
    else
      *known = std::move(package);
  }
};

} // namespace

static llvm::Expected<ExitCode> pinPackages(Words words, Streams& io) {
  auto invocation = invokeSimple("pin", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  if (!arguments.words().empty() || arguments.has("missing"))
    return base::usageError(
        "`--package` and `--drop-package` are about packages alone: pin sources "
        "(`pipec pin " +
        (arguments.words().empty() ? "--missing" : arguments.words().front()) +
        "`) in a call of their own");
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  auto held = lockWorkspace(*workspace, io);
  if (!held)
    return held.takeError();
  auto files = base::makeRealFileSystem();
  auto lock = lock::readLock(*files, workspace->root);
  if (!lock)
    return lock.takeError();
  PackagePins pins(*workspace, *lock, io, (*invocation)->common.quiet);
  for (const std::string& name : arguments.values("drop-package"))
    if (llvm::Error error = pins.drop(name))
      return error;
  for (const std::string& given : arguments.values("package"))
    if (llvm::Error error = pins.pin(given))
      return error;
  if (llvm::Error error = engine::writeLock(*workspace, *lock))
    return error;
  return ExitCode::Success;
}

// ---- sources -------------------------------------------------------------------

namespace {

/// One invocation for sources, from the lock to the exit code.
class SourcePins {
public:
  SourcePins(PreparedBuild what, ReportSettings how, Streams& streams)
      : prepared(std::move(what)), reports(std::move(how)), io(streams) {}

  llvm::Expected<ExitCode> run();

private:
  llvm::Error open();
  llvm::Error askAll();
  llvm::Error write();
  std::vector<engine::AskedPipelines> askedPipelines() const;
  void tell(const engine::PinChanges& changes);

  const workspace::Workspace& workspace() const { return prepared.invocation.workspace; }
  bool keepsPins() const { return prepared.invocation.arguments.has("missing"); }

  PreparedBuild prepared;
  ReportSettings reports;
  Streams& io;
  std::unique_ptr<report::ProgressReporter> progress;
  exec::Cancellation cancellation;
  std::unique_ptr<engine::Session> session;
  std::vector<lock::PinnedSource> found;
  bool allFound = true;
};

} // namespace

llvm::Error SourcePins::open() {
  auto opened =
      engine::Session::open(workspace(), prepared.invocation.common.places, prepared.configuration,
                            prepared.trust, prepared.settings.sandbox, engine::Purpose::Build,
                            cancellation, [this](llvm::StringRef message) {
                              progress ? progress->warning(message) : io.warning(message);
                            });
  if (!opened)
    return opened.takeError();
  session = std::move(*opened);
  report::ProgressOptions options;
  options.mode = reports.progress == ProgressKind::Terminal ? report::ProgressMode::Terminal
                 : reports.progress == ProgressKind::None   ? report::ProgressMode::Silent
                                                            : report::ProgressMode::Plain;
  options.color = io.color();
  options.verbose = prepared.invocation.common.verbose;
  options.quiet = prepared.invocation.common.quiet;
  progress = std::make_unique<report::ProgressReporter>(options, session->store());
  return llvm::Error::success();
}

/// Every question is asked once, whichever pipelines have it; so they cannot get different answers.
llvm::Error SourcePins::askAll() {
  InterruptWatcher watcher([this] { cancellation.interrupt(); });
  exec::BuildOptions options = prepared.settings.build;
  options.onlyResolve = true;
  std::map<base::Sha256, std::string> known;
  for (engine::SelectedPlan& plan : prepared.plans) {
    if (!keepsPins())
      plan.pins.identities.clear();
    for (const auto& [question, identity] : known)
      plan.pins.identities[question] = identity;
    auto result = session->build(plan, options, *progress);
    if (!result)
      return result.takeError();
    if (result->interrupted || result->anyFailed() || result->anyHeld()) {
      allFound = false;
      break;
    }
    for (lock::PinnedSource& source : engine::pinnedSources(plan.wanted, *result, plan.suffix)) {
      known[source.question] = source.identity;
      auto same = llvm::find_if(
          found, [&](const lock::PinnedSource& s) { return s.question == source.question; });
      if (same == found.end())
        found.push_back(std::move(source));
      else
        llvm::append_range(same->of, source.of);
    }
  }
  return llvm::Error::success();
}

/// The files all of whose pipelines were asked as a whole.
std::vector<engine::AskedPipelines> SourcePins::askedPipelines() const {
  const Invocation& invocation = prepared.invocation;
  std::vector<engine::AskedPipelines> asked;
  for (const std::string& file : invocation.program->files()) {
    engine::AskedPipelines all;
    all.module = file;
    bool isWhole = true;
    for (const driver::PipelineInfo& pipeline : invocation.program->pipelines()) {
      if (pipeline.modulePath != file)
        continue;
      auto selection = llvm::find_if(invocation.selections, [&](const engine::Selection& s) {
        return s.pipeline.modulePath == file && s.pipeline.name == pipeline.name;
      });
      isWhole &= selection != invocation.selections.end() && selection->labels.empty();
      if (!isWhole)
        break;
      auto index = static_cast<size_t>(selection - invocation.selections.begin());
      all.declared.push_back(pipeline.name);
      all.suffixes.push_back(prepared.plans[index].suffix);
    }
    if (isWhole)
      asked.push_back(std::move(all));
  }
  return asked;
}

void SourcePins::tell(const engine::PinChanges& changes) {
  size_t isNew = 0;
  bool quiet = prepared.invocation.common.quiet;
  for (const engine::PinChanges::Moved& moved : changes.moved) {
    isNew += moved.before.empty();
    if (!quiet)
      io.err << "pinned " << report::printable(moved.name) << ": "
             << (moved.before.empty() ? "" : report::printable(moved.before) + " → ")
             << report::printable(moved.after) << '\n';
  }
  if (!quiet)
    for (const std::string& name : changes.dropped)
      io.err << "dropped " << report::printable(name) << ", which is no longer there\n";
  io.err << "pipec: " << isNew << " pinned, " << changes.moved.size() - isNew << " moved, "
         << changes.unchanged << " unchanged, " << changes.dropped.size()
         << " dropped in pipe.lock\n";
}

/// Into the file as it is now: it may have been edited since it was loaded.
llvm::Error SourcePins::write() {
  for (const lock::PinnedSource& source : found)
    if (!base::isUtf8(source.identity))
      return base::usageError("`resolve` of `" + source.of.front() +
                              "` answers with bytes that are not UTF-8 (" +
                              base::printable(source.identity) + "), which pipe.lock cannot hold");
  auto files = base::makeRealFileSystem();
  auto lock = lock::readLock(*files, workspace().root);
  if (!lock)
    return lock.takeError();
  engine::PinChanges changes = engine::updateSources(*lock, found, askedPipelines());
  if (llvm::Error error = engine::writeLock(workspace(), *lock))
    return error;
  tell(changes);
  return llvm::Error::success();
}

llvm::Expected<ExitCode> SourcePins::run() {
  auto held = lockWorkspace(workspace(), io);
  if (!held)
    return held.takeError();
  if (llvm::Error error = open())
    return error;
  llvm::Error error = askAll();
  progress->finish();
  if (error)
    return error;
  if (allFound) {
    if (llvm::Error failed = write())
      return failed;
    return ExitCode::Success;
  }
  io.err << "pipec: nothing was pinned: pipe.lock is as it was\n";
  return cancellation.isRequested()       ? ExitCode::Interrupted
         : progress->toldMachineFailure() ? ExitCode::World
                                          : ExitCode::Failure;
}

llvm::Expected<ExitCode> runPin(Words words, Streams& io) {
  Arguments::FirstLook first = Arguments::look(words, pinOptions());
  if (first.known.has("package") || first.known.has("drop-package"))
    return pinPackages(words, io);
  ExitCode code = ExitCode::Success;
  auto prepared = prepareBuild("pin", words, io, code);
  if (!prepared)
    return prepared.takeError();
  if (!*prepared)
    return code;
  auto reports = readReportSettings((*prepared)->invocation.arguments);
  if (!reports)
    return reports.takeError();
  for (engine::SelectedPlan& plan : (*prepared)->plans)
    plan.wanted = engine::sourcesOf(std::move(plan.wanted));
  if (tellUngranted(**prepared, io))
    return ExitCode::Usage;
  return SourcePins(std::move(**prepared), std::move(*reports), io).run();
}

} // namespace pipec::cli
