// `pipec build`.
#include "runtime/cli/collect.h"
#include "runtime/cli/command.h"
#include "runtime/cli/interrupts.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/kept_outputs.h"
#include "runtime/cli/session.h"
#include "runtime/cli/wanted.h"
#include "runtime/host/process.h"
#include "runtime/report/build_document.h"
#include "runtime/report/chrome_trace.h"
#include "runtime/report/event_stream.h"
#include "runtime/report/junit.h"
#include "runtime/report/observer_list.h"
#include "runtime/report/progress.h"
#include "runtime/report/test_results.h"
#include "runtime/report/trace_text.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/json.h"

#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <cassert>
#include <chrono>
#include <optional>

namespace pipec::cli {

std::vector<Option> buildOptions() {
  std::vector<Option> options = executionOptions();
  options.push_back(
      {"check-determinism", 0, "",
       "execute builds and tests twice, and fail if they make something else; no effects"});
  options.push_back({"wait-approval", 0, "", "wait for approvals instead of ending held"});
  options.push_back(
      {"queue", 0, "", "wait in order for an environment that is in use, though newer builds do"});
  options.push_back(
      {"trace", 0, "", "execute the targets' own builds and tests, and tell what they open"});
  llvm::append_range(options, reportOptions());
  options.push_back(formatOption());
  return options;
}

namespace {

/// One invocation of `build`, from the lock to the exit code.
class BuildCommand {
public:
  /// The plans of `what` grow.
  BuildCommand(PreparedBuild& what, const ReportSettings& how, Streams& streams)
      : prepared(what), reports(how), io(streams) {}

  llvm::Expected<ExitCode> run();
  /// Whether run() broke off because the cache could not be written, and the workspace's own cache
  /// has not been tried.
  bool wantsAnotherCache() const { return unusableCache.has_value(); }

private:
  struct Outcome {
    const SelectedPlan* plan = nullptr;
    std::string execution;
    exec::BuildResult result;
  };

  llvm::Error openReports();
  llvm::Error buildAll();
  llvm::Error buildOne(SelectedPlan& plan);
  llvm::Expected<std::string> newId();
  llvm::Expected<std::vector<plan::NodeId>> keepOutputs(const SelectedPlan& plan,
                                                        const exec::BuildResult& result);
  void collect(std::chrono::milliseconds buildTime);
  llvm::Error dropForgottenOutputs();
  llvm::Error writeReports();
  void tellTests();
  void writeDocument();
  void writeTraces();
  llvm::Expected<bool> takeLockBack();
  void warn(llvm::StringRef message);
  ExitCode exitCode() const;

  const Workspace& workspace() const { return prepared.invocation.workspace; }

  PreparedBuild& prepared;
  const ReportSettings& reports;
  Streams& io;
  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  std::optional<WorkspaceLock> lock;
  std::atomic<bool> lockIsLent = false; ///< while the build waits for a person, and until it ends
  std::unique_ptr<report::ProgressReporter> progress;
  std::unique_ptr<Session> session; ///< after `progress`: what it warns of while it ends is shown
  std::unique_ptr<llvm::raw_fd_ostream> eventsFile;
  std::vector<std::unique_ptr<report::EventStream>> events;
  std::unique_ptr<report::ChromeTrace> trace;
  std::unique_ptr<report::TestResults> tests;
  std::vector<Outcome> outcomes;
  bool machineFailed = false;
  std::optional<std::string> unusableCache; ///< why it is
};

} // namespace

void BuildCommand::warn(llvm::StringRef message) {
  if (progress)
    progress->warning(message);
  else
    io.warning(message);
}

// ---- reports -------------------------------------------------------------------

static report::ProgressMode modeOf(ProgressKind kind) {
  switch (kind) {
  case ProgressKind::Terminal:
    return report::ProgressMode::Terminal;
  case ProgressKind::Plain:
    return report::ProgressMode::Plain;
  case ProgressKind::Json:
    return report::ProgressMode::Nothing;
  case ProgressKind::None:
    return report::ProgressMode::Silent;
  }
  llvm_unreachable("a progress of no kind");
}

llvm::Error BuildCommand::openReports() {
  const CommonSettings& common = prepared.invocation.common;
  report::ProgressOptions options;
  options.mode = modeOf(reports.progress);
  options.color = io.color();
  options.verbose = common.verbose;
  options.quiet = common.quiet;
  progress = std::make_unique<report::ProgressReporter>(options, session->store());
  tests = std::make_unique<report::TestResults>(session->history(), session->store(),
                                                [this](llvm::StringRef message) { warn(message); });
  progress->setTests(*tests);
  if (reports.progress == ProgressKind::Json)
    events.push_back(std::make_unique<report::EventStream>(io.err));
  if (!reports.profileFile.empty())
    trace = std::make_unique<report::ChromeTrace>();
  if (reports.eventsFile.empty())
    return llvm::Error::success();
  std::error_code failed;
  eventsFile = std::make_unique<llvm::raw_fd_ostream>(reports.eventsFile, failed);
  if (failed)
    return base::usageError("cannot write `" + reports.eventsFile + "`: " + failed.message());
  events.push_back(std::make_unique<report::EventStream>(*eventsFile));
  return llvm::Error::success();
}

llvm::Error BuildCommand::writeReports() {
  for (const auto& stream : events)
    stream->buildFinished(progress->tally());
  if (eventsFile && eventsFile->has_error()) {
    std::string problem = eventsFile->error().message();
    eventsFile->clear_error();
    return base::worldError("cannot write `" + reports.eventsFile + "`: " + problem);
  }
  llvm::Error error = llvm::Error::success();
  if (!reports.junitFile.empty())
    error = base::writeFileAtomically(reports.junitFile, report::junitOf(*tests));
  if (!trace)
    return error;
  std::string text = base::renderJson([&](llvm::json::OStream& json) { trace->write(json); });
  return llvm::joinErrors(std::move(error), base::writeFileAtomically(reports.profileFile, text));
}

/// What is worth knowing of the cases of tests.
void BuildCommand::tellTests() {
  if (prepared.invocation.common.quiet || reports.progress == ProgressKind::Json)
    return;
  for (const std::string& line : tests->summary())
    io.err << line << '\n';
}

void BuildCommand::writeDocument() {
  std::vector<report::PipelineOutcome> pipelines;
  for (const Outcome& outcome : outcomes)
    pipelines.push_back({&outcome.plan->wanted, &outcome.result, outcome.execution});
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    report::writeDocument(json, report::DocumentKind::Build, pipelines, progress->tally(), {},
                          machineFailed);
  });
  io.out.flush();
}

void BuildCommand::writeTraces() {
  bool any = false;
  for (const Outcome& outcome : outcomes)
    for (size_t i = 0; i < outcome.result.nodes.size(); ++i) {
      plan::NodeId node = outcome.plan->wanted.nodes.idAt(i);
      if (const auto& trace = outcome.result.nodes[node].trace) {
        any = true;
        if (!prepared.asJson)
          io.out << report::traceText(outcome.plan->wanted.nodes[node].label, *trace);
      }
    }
  io.out.flush();
  if (!any)
    warn("nothing was traced: no build or hermetic test is among the targets' own steps");
}

// ---- building ------------------------------------------------------------------

llvm::Expected<std::vector<plan::NodeId>>
BuildCommand::keepOutputs(const SelectedPlan& plan, const exec::BuildResult& result) {
  KeptOutputs kept(workspace(), session->store());
  return kept.update(plan.whole(), plan.wanted, result,
                     [&](llvm::StringRef path) { progress->note(("wrote " + path).str()); });
}

/// Copies whose pipeline is no longer in its file, or whose file is gone.
llvm::Error BuildCommand::dropForgottenOutputs() {
  KeptOutputs kept(workspace(), session->store());
  for (const std::string& file : prepared.invocation.program->files()) {
    std::vector<std::string> declared;
    for (const driver::PipelineInfo& pipeline : prepared.invocation.program->pipelines())
      if (pipeline.modulePath == file)
        declared.push_back(pipeline.name);
    if (llvm::Error error = kept.dropPipelines(file, declared))
      return error;
  }
  return kept.dropModules();
}

static history::ExecutionState stateOf(const exec::BuildResult& result) {
  return result.interrupted       ? history::ExecutionState::Stopped
         : result.anyFailed()     ? history::ExecutionState::Failed
         : result.anyHeld()       ? history::ExecutionState::Held
         : result.anySuperseded() ? history::ExecutionState::Superseded
                                  : history::ExecutionState::Succeeded;
}

/// Of the execution that begins, or of the next attempt of the one that is retried.
llvm::Expected<std::string> BuildCommand::newId() {
  if (!prepared.retry)
    return history::newExecutionId();
  auto attempts = session->history().attempts(prepared.retry->execution);
  if (!attempts)
    return attempts.takeError();
  history::AttemptName name{prepared.retry->execution, 2};
  if (!attempts->empty())
    name.number = history::AttemptName::of(attempts->back().id).number + 1;
  return name.id();
}

llvm::Error BuildCommand::buildOne(SelectedPlan& plan) {
  exec::BuildOptions options = prepared.settings.build;
  auto id = newId();
  if (!id)
    return id.takeError();
  options.execution = std::move(*id);
  history::Request request{plan.labels, options.noDeploy};
  std::unique_ptr<history::Recorder> recorder = session->history().begin(
      plan.wanted, options.execution, request, host::describeThisProcess());
  report::ObserverList observers;
  tests->setExecution(options.execution);
  observers.add(*tests);
  observers.add(*progress);
  for (const auto& stream : events) {
    stream->setExecution(options.execution);
    observers.add(*stream);
  }
  if (trace)
    observers.add(*trace);
  observers.add(*recorder);
  llvm::Error keeping = llvm::Error::success();
  auto keep = [&](const exec::BuildResult& soFar) -> llvm::Expected<std::vector<plan::NodeId>> {
    auto mine = takeLockBack();
    if (!mine)
      return mine.takeError();
    if (!*mine) {
      progress->note(
          "another build has worked here meanwhile; the copies in `.pipec/out` are its own");
      return std::vector<plan::NodeId>();
    }
    auto lost = keepOutputs(plan, soFar);
    if (lost)
      return lost;
    keeping = llvm::joinErrors(std::move(keeping), lost.takeError());
    return std::vector<plan::NodeId>();
  };
  auto result = session->build(plan, options, observers, keep);
  if (!result && result.errorIsA<cas::UnusableStore>() && session->hasOtherCache() &&
      !session->wasInterrupted()) {
    llvm::consumeError(std::move(keeping));
    recorder->finish(history::ExecutionState::Stopped);
    unusableCache = base::describe(result.takeError()).second;
    return llvm::Error::success();
  }
  if (!result) {
    llvm::consumeError(std::move(keeping));
    recorder->finish(history::ExecutionState::Failed);
    machineFailed = true;
    if (!progress->toldMachineFailure())
      return result.takeError();
    llvm::consumeError(result.takeError());
    return llvm::Error::success();
  }
  recorder->finish(stateOf(*result));
  outcomes.push_back({&plan, options.execution, std::move(*result)});
  return keeping;
}

/// Only after a build that has added something: without that nothing needs to go.
void BuildCommand::collect(std::chrono::milliseconds buildTime) {
  if (!session->store().hasAdditions())
    return;
  auto collected =
      collectCache(session->cache(), session->store(), session->results(), prepared.cacheLimits,
                   Effort::AfterBuild, buildTime, [&](llvm::StringRef message) { warn(message); });
  if (!collected)
    warn("the cache could not be collected: " + base::describe(collected.takeError()).second);
}

/// False: another process has built here while this one waited.
llvm::Expected<bool> BuildCommand::takeLockBack() {
  if (!lockIsLent.exchange(false))
    return true;
  return lock->takeBack([&](llvm::StringRef holder) {
    progress->note(("waiting for " + holder + ", which builds in this workspace").str());
  });
}

llvm::Error BuildCommand::buildAll() {
  InterruptWatcher watcher([this] { session->interrupt(); }, [this] { session->stop(); });
  if (llvm::Error error = openReports())
    return error;
  for (SelectedPlan& plan : prepared.plans) {
    if (session->wasInterrupted())
      break;
    if (llvm::Error error = buildOne(plan))
      return error;
    if (machineFailed)
      break;
    if (unusableCache)
      return llvm::Error::success();
    if (outcomes.back().result.anyFailed() && !prepared.settings.build.keepGoing)
      break;
  }
  return dropForgottenOutputs();
}

ExitCode BuildCommand::exitCode() const {
  auto any = [&](auto predicate) {
    return llvm::any_of(outcomes,
                        [&](const Outcome& outcome) { return predicate(outcome.result); });
  };
  if (session->wasInterrupted())
    return ExitCode::Interrupted;
  if (machineFailed)
    return ExitCode::World;
  if (any([](const exec::BuildResult& result) { return result.anyFailed(); }))
    return ExitCode::Failure;
  if (any([](const exec::BuildResult& result) { return result.anyHeld(); }))
    return ExitCode::Held;
  return ExitCode::Success;
}

llvm::Expected<ExitCode> BuildCommand::run() {
  if (llvm::Error error =
          prepareState(workspace(), [this](llvm::StringRef message) { warn(message); }))
    return error;
  auto taken = WorkspaceLock::take(workspace(), [&](llvm::StringRef holder) {
    io.err << "waiting for " << report::printable(holder) << ", which builds in this workspace\n";
  });
  if (!taken)
    return taken.takeError();
  lock.emplace(std::move(*taken));
  auto opened = Session::open(workspace(), prepared.invocation.common, prepared.configuration,
                              prepared.trust, prepared.settings.sandbox, Purpose::Build,
                              [this](llvm::StringRef message) { warn(message); });
  if (!opened)
    return opened.takeError();
  session = std::move(*opened);
  session->waits = [this] {
    lockIsLent = true;
    lock->lend();
  };

  llvm::Error error = buildAll();
  if (!progress)
    return error;
  if (unusableCache) {
    warn("the cache cannot be used, so `.pipec/cache` is, and the build begins again: " +
         *unusableCache);
    return ExitCode::World;
  }
  const report::Tally& tally = progress->tally();
  if (tally.repeated > 0 && tally.irreproducible == 0)
    progress->note(tally.repeated == 1 ? "1 step was executed again, and made the same"
                                       : std::to_string(tally.repeated) +
                                             " steps were executed again, and each made the same");
  progress->finish();
  error = llvm::joinErrors(std::move(error), writeReports());
  if (prepared.settings.build.trace)
    writeTraces();
  if (prepared.asJson)
    writeDocument();
  ExitCode code = error ? io.fail(std::move(error)) : exitCode();
  auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started);
  tellTests();
  if (reports.progress != ProgressKind::Json)
    io.err << report::finalLine(progress->tally(), milliseconds.count()) << '\n';
  io.err.flush();
  collect(milliseconds);
  if (llvm::Error problem = pruneHistory(session->history(), prepared.historyLimits,
                                         stateFolder(workspace(), prepared.invocation.common)))
    warn("old executions could not be removed: " + base::describe(std::move(problem)).second);
  return code;
}

/// The same plans again, as they were before they grew. What they warn of has been shown.
static llvm::Error makePlansAgain(PreparedBuild& prepared, Streams& io) {
  bool& quiet = prepared.invocation.common.quiet;
  bool wasQuiet = std::exchange(quiet, true);
  auto plans = makePlans(prepared, io);
  quiet = wasQuiet;
  if (!plans)
    return plans.takeError();
  assert(*plans && "what could be evaluated once can be again");
  prepared.plans = std::move(**plans);
  return llvm::Error::success();
}

llvm::Expected<ExitCode> runPrepared(PreparedBuild& prepared, Streams& io) {
  auto reports = readReportSettings(prepared.invocation.arguments);
  if (!reports)
    return reports.takeError();
  if (tellUngranted(prepared, io))
    return ExitCode::Usage;
  for (;;) {
    BuildCommand command(prepared, *reports, io);
    auto end = command.run();
    if (!end || !command.wantsAnotherCache())
      return end;
    Invocation& invocation = prepared.invocation;
    invocation.common.cacheDirectory = cacheOfWorkspace(invocation.workspace);
    if (llvm::Error error = makePlansAgain(prepared, io))
      return error;
  }
}

llvm::Expected<ExitCode> runBuild(Words words, Streams& io) {
  ExitCode code = ExitCode::Success;
  auto prepared = prepareBuild("build", words, io, code);
  if (!prepared)
    return prepared.takeError();
  if (!*prepared)
    return code;
  return runPrepared(**prepared, io);
}

} // namespace pipec::cli
