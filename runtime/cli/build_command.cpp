// `pipec build`: a request to the engine, and what is shown and reported of it.
#include "runtime/cli/command.h"
#include "runtime/cli/interrupts.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/wanted.h"
#include "runtime/engine/engine.h"
#include "runtime/report/build_document.h"
#include "runtime/report/chrome_trace.h"
#include "runtime/report/event_stream.h"
#include "runtime/report/junit.h"
#include "runtime/report/progress.h"
#include "runtime/report/test_results.h"
#include "runtime/report/trace_text.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/json.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>
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

/// What a person and a CI service see of one build.
class BuildView final : public engine::BuildObserver {
public:
  BuildView(const PreparedBuild& what, const ReportSettings& how, Streams& streams,
            exec::Cancellation& ends)
      : prepared(what), reports(how), io(streams), cancellation(ends) {}

  void waiting(llvm::StringRef holder) override;
  void warning(llvm::StringRef message) override;
  void note(llvm::StringRef message) override { progress->note(message); }
  llvm::Error opened(history::History& history, cas::ContentStore& store) override;
  void beginsAgain(llvm::StringRef why) override;
  std::vector<exec::BuildObserver*> observersOf(const plan::Plan& plan,
                                                llvm::StringRef execution) override;
  bool toldMachineFailure() const override { return progress->toldMachineFailure(); }
  void finished(const engine::BuildReport& report, llvm::Error error) override;

  ExitCode exitCode() const { return code; }

private:
  llvm::Error writeReports();
  void tellTests();
  void writeDocument(const engine::BuildReport& report);
  void writeTraces(const engine::BuildReport& report);
  void tellRepetitions();

  const PreparedBuild& prepared;
  const ReportSettings& reports;
  Streams& io;
  exec::Cancellation& cancellation;

  std::optional<InterruptWatcher> interrupts;
  std::unique_ptr<report::ProgressReporter> progress;
  std::unique_ptr<llvm::raw_fd_ostream> eventsFile;
  std::vector<std::unique_ptr<report::EventStream>> events;
  std::unique_ptr<report::ChromeTrace> trace;
  std::unique_ptr<report::TestResults> tests;
  ExitCode code = ExitCode::World;
};

} // namespace

void BuildView::waiting(llvm::StringRef holder) {
  io.err << "waiting for " << report::printable(holder) << ", which builds in this workspace\n";
}

void BuildView::warning(llvm::StringRef message) {
  if (progress)
    progress->warning(message);
  else
    io.warning(message);
}

// ---- what is shown, and where ---------------------------------------------------

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

llvm::Error BuildView::opened(history::History& history, cas::ContentStore& store) {
  interrupts.emplace([this] { cancellation.interrupt(); }, [this] { cancellation.stop(); });
  const CommonSettings& common = prepared.invocation.common;
  report::ProgressOptions options;
  options.mode = modeOf(reports.progress);
  options.color = io.color();
  options.verbose = common.verbose;
  options.quiet = common.quiet;
  progress = std::make_unique<report::ProgressReporter>(options, store);
  tests = std::make_unique<report::TestResults>(
      history, store, [this](llvm::StringRef message) { warning(message); });
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

void BuildView::beginsAgain(llvm::StringRef why) {
  interrupts.reset();
  warning(
      ("the cache cannot be used, so `.pipec/cache` is, and the build begins again: " + why).str());
  tests.reset();
  events.clear();
  eventsFile.reset();
  trace.reset();
  progress.reset();
}

std::vector<exec::BuildObserver*> BuildView::observersOf(const plan::Plan&,
                                                         llvm::StringRef execution) {
  std::vector<exec::BuildObserver*> observers = {tests.get(), progress.get()};
  tests->setExecution(execution.str());
  for (const auto& stream : events) {
    stream->setExecution(execution.str());
    observers.push_back(stream.get());
  }
  if (trace)
    observers.push_back(trace.get());
  return observers;
}

// ---- reports --------------------------------------------------------------------

llvm::Error BuildView::writeReports() {
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
void BuildView::tellTests() {
  if (prepared.invocation.common.quiet || reports.progress == ProgressKind::Json)
    return;
  for (const std::string& line : tests->summary())
    io.err << line << '\n';
}

void BuildView::writeDocument(const engine::BuildReport& report) {
  std::vector<report::PipelineOutcome> pipelines;
  for (const engine::PipelineReport& pipeline : report.pipelines)
    pipelines.push_back({pipeline.plan, &pipeline.result, pipeline.execution});
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    report::writeDocument(json, report::DocumentKind::Build, pipelines, progress->tally(), {},
                          report.machineFailed);
  });
  io.out.flush();
}

void BuildView::writeTraces(const engine::BuildReport& report) {
  bool any = false;
  for (const engine::PipelineReport& pipeline : report.pipelines)
    for (size_t i = 0; i < pipeline.result.nodes.size(); ++i) {
      plan::NodeId node = pipeline.plan->nodes.idAt(i);
      if (const auto& trace = pipeline.result.nodes[node].trace) {
        any = true;
        if (!prepared.asJson)
          io.out << report::traceText(pipeline.plan->nodes[node].label, *trace);
      }
    }
  io.out.flush();
  if (!any)
    warning("nothing was traced: no build or hermetic test is among the targets' own steps");
}

/// What `--check-determinism` has found, if it has found nothing wrong.
void BuildView::tellRepetitions() {
  const report::Tally& tally = progress->tally();
  if (tally.repeated == 0 || tally.irreproducible > 0)
    return;
  progress->note(tally.repeated == 1 ? "1 step was executed again, and made the same"
                                     : std::to_string(tally.repeated) +
                                           " steps were executed again, and each made the same");
}

static ExitCode codeOf(const engine::BuildReport& report) {
  auto any = [&](auto predicate) {
    return llvm::any_of(report.pipelines, [&](const engine::PipelineReport& pipeline) {
      return predicate(pipeline.result);
    });
  };
  if (report.interrupted)
    return ExitCode::Interrupted;
  if (report.machineFailed)
    return ExitCode::World;
  if (any([](const exec::BuildResult& result) { return result.anyFailed(); }))
    return ExitCode::Failure;
  if (any([](const exec::BuildResult& result) { return result.anyHeld(); }))
    return ExitCode::Held;
  return ExitCode::Success;
}

void BuildView::finished(const engine::BuildReport& report, llvm::Error error) {
  interrupts.reset();
  tellRepetitions();
  progress->finish();
  error = llvm::joinErrors(std::move(error), writeReports());
  if (prepared.settings.build.trace)
    writeTraces(report);
  if (prepared.asJson)
    writeDocument(report);
  code = error ? io.fail(std::move(error)) : codeOf(report);
  tellTests();
  if (reports.progress != ProgressKind::Json)
    io.err << report::finalLine(progress->tally(), report.duration.count()) << '\n';
  io.err.flush();
}

// ---- the request ----------------------------------------------------------------

/// The same plans again, as they were before they grew. What they warn of has been shown.
static llvm::Expected<std::vector<engine::SelectedPlan>> makePlansAgain(PreparedBuild& prepared,
                                                                        Streams& io) {
  bool& quiet = prepared.invocation.common.quiet;
  bool wasQuiet = std::exchange(quiet, true);
  auto plans = makePlans(prepared, io);
  quiet = wasQuiet;
  if (!plans)
    return plans.takeError();
  assert(*plans && "what could be evaluated once can be again");
  return std::move(**plans);
}

static std::vector<engine::DeclaredPipelines> declaredIn(const engine::Program& program) {
  std::vector<engine::DeclaredPipelines> all;
  for (const std::string& file : program.files()) {
    engine::DeclaredPipelines& declared = all.emplace_back();
    declared.file = file;
    for (const driver::PipelineInfo& pipeline : program.pipelines())
      if (pipeline.modulePath == file)
        declared.names.push_back(pipeline.name);
  }
  return all;
}

static engine::BuildRequest requestOf(PreparedBuild& prepared, Streams& io) {
  engine::BuildRequest request;
  request.workspace = prepared.invocation.workspace;
  request.places = prepared.invocation.common.places;
  request.configuration = prepared.configuration;
  request.trust = prepared.trust;
  request.options = prepared.settings.build;
  request.sandbox = prepared.settings.sandbox;
  request.cacheLimits = prepared.cacheLimits;
  request.historyLimits = prepared.historyLimits;
  request.plans = std::move(prepared.plans);
  request.makePlansAgain = [&prepared, &io] { return makePlansAgain(prepared, io); };
  request.declared = declaredIn(*prepared.invocation.program);
  if (prepared.retry)
    request.retried = prepared.retry->execution;
  return request;
}

llvm::Expected<ExitCode> runPrepared(PreparedBuild& prepared, Streams& io) {
  auto reports = readReportSettings(prepared.invocation.arguments);
  if (!reports)
    return reports.takeError();
  if (tellUngranted(prepared, io))
    return ExitCode::Usage;
  exec::Cancellation cancellation;
  BuildView view(prepared, *reports, io, cancellation);
  engine::BuildRequest request = requestOf(prepared, io);
  if (llvm::Error error = engine::run(request, view, cancellation))
    return error;
  return view.exitCode();
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
