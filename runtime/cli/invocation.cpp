// Reading the words twice: before and after the pipelines are known.
#include "runtime/cli/invocation.h"

#include "compiler/base/error.h"
#include "runtime/cli/parameters.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

static std::vector<Option> allOptions(const Command& command) {
  std::vector<Option> options = command.options();
  llvm::append_range(options, commonOptions());
  return options;
}

llvm::Expected<std::optional<SimpleInvocation>> invokeSimple(llvm::StringRef name, Words words,
                                                             Streams& io) {
  const Command& command = *findCommand(name);
  auto arguments = Arguments::parse(words, allOptions(command));
  if (!arguments)
    return arguments.takeError();
  auto common = readCommonSettings(*arguments, io);
  if (!common)
    return common.takeError();
  if (arguments->has("help")) {
    printHelp(io.out, command);
    return std::nullopt;
  }
  return SimpleInvocation{std::move(*arguments), std::move(*common)};
}

namespace {

/// The steps of invoke(); each needs what the ones before it found.
class Reader {
public:
  Reader(const Command& command, Words words, Streams& io)
      : command(command), words(words), io(io), options(allOptions(command)),
        first(Arguments::look(words, options)) {}

  llvm::Expected<std::optional<Invocation>> read(ExitCode& code);

private:
  std::vector<engine::Target> firstTargets(bool withDoubtful) const;
  llvm::Error load();
  llvm::Error readWords();
  llvm::Error refuseForeignParameters(llvm::ArrayRef<Option> parameters);
  void help();

  const Command& command;
  Words words;
  Streams& io;
  std::vector<Option> options;
  Arguments::FirstLook first;
  Invocation result;
};

} // namespace

/// The targets as far as they can be told from values of parameters now. A doubtful word counts
/// only if it names a file, which does no harm if it is a value after all.
std::vector<engine::Target> Reader::firstTargets(bool withDoubtful) const {
  std::vector<engine::Target> targets;
  for (const Arguments::Word& word : first.words) {
    engine::Target target = engine::parseTarget(word.text);
    if (!word.maybeValue || (withDoubtful && !target.file.empty()))
      targets.push_back(std::move(target));
  }
  return targets;
}

llvm::Error Reader::load() {
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  result.workspace = std::move(*workspace);
  auto program = engine::Program::load(result.workspace, firstTargets(/*withDoubtful=*/true));
  if (!program) {
    // A value that only looks like a file must not hide the real targets.
    auto again = engine::Program::load(result.workspace, firstTargets(/*withDoubtful=*/false));
    if (!again) {
      llvm::consumeError(again.takeError());
      return program.takeError();
    }
    llvm::consumeError(program.takeError());
    program = std::move(again);
  }
  result.program = std::move(*program);
  return llvm::Error::success();
}

/// An option of a pipeline that was loaded, but not asked for.
llvm::Error Reader::refuseForeignParameters(llvm::ArrayRef<Option> parameters) {
  std::vector<Option> wanted = parameterOptions(result.selections);
  for (const Option& parameter : parameters) {
    bool isWanted = llvm::any_of(wanted, [&](const Option& o) { return o.name == parameter.name; });
    if (!isWanted && result.arguments.has(parameter.name))
      return base::usageError("unknown option `--" + parameter.name + "`: " +
                              (result.selections.size() == 1
                                   ? "pipeline `" + result.selections[0].pipeline.name + "` has"
                                   : std::string("these pipelines have")) +
                              " no such parameter");
  }
  return llvm::Error::success();
}

llvm::Error Reader::readWords() {
  // Without doubtful words the selection is known; else any pipeline's parameter may be meant.
  std::vector<engine::Selection> candidates;
  auto guess = result.program->select(firstTargets(/*withDoubtful=*/false));
  if (guess)
    candidates = std::move(*guess);
  else
    llvm::consumeError(guess.takeError());
  if (candidates.empty())
    for (const driver::PipelineInfo& pipeline : result.program->pipelines())
      candidates.push_back({pipeline, {}});
  std::vector<Option> parameters = parameterOptions(candidates);
  std::vector<Option> all = options;
  llvm::append_range(all, parameters);
  auto arguments = Arguments::parse(words, all);
  if (!arguments)
    return arguments.takeError();
  result.arguments = std::move(*arguments);
  std::vector<engine::Target> targets;
  for (const std::string& word : result.arguments.words())
    targets.push_back(engine::parseTarget(word));
  auto selections = result.program->select(targets);
  if (!selections)
    return selections.takeError();
  result.selections = std::move(*selections);
  return refuseForeignParameters(parameters);
}

/// The pipelines' parameters are shown where they can be found out.
void Reader::help() {
  printHelp(io.out, command);
  std::vector<engine::Selection> selections;
  if (llvm::Error error = load()) {
    llvm::consumeError(std::move(error));
  } else if (!result.program->hasErrors()) {
    auto selected = result.program->select(firstTargets(/*withDoubtful=*/false));
    if (selected)
      selections = std::move(*selected);
    else
      llvm::consumeError(selected.takeError());
  }
  for (const engine::Selection& selection : selections) {
    std::vector<Option> parameters = parameterOptions(selection);
    io.out << "\npipeline " << selection.pipeline.name << " (" << selection.pipeline.modulePath
           << ")";
    if (!selection.pipeline.doc.empty())
      io.out << ": " << report::printableLines(llvm::StringRef(selection.pipeline.doc).rtrim());
    io.out << "\n" << (parameters.empty() ? "  no parameters\n" : describe(parameters));
  }
  if (selections.empty())
    io.out << "\nWith a TARGET, `pipec " << command.name
           << " TARGET --help` also has its pipeline's parameters.\n";
}

llvm::Expected<std::optional<Invocation>> Reader::read(ExitCode& code) {
  auto common = readCommonSettings(first.known, io);
  if (!common)
    return common.takeError();
  result.common = std::move(*common);
  code = ExitCode::Success;
  if (first.known.has("help")) {
    help();
    return std::nullopt;
  }
  if (llvm::Error error = load())
    return error;
  engine::Program& program = *result.program;
  io.show(program.compilation().sources(), program.compilation().diagnostics(),
          /*withWarnings=*/!result.common.quiet);
  if (program.hasErrors()) {
    code = ExitCode::Usage;
    return std::nullopt;
  }
  if (llvm::Error error = readWords())
    return error;
  return std::move(result);
}

llvm::Expected<std::optional<Invocation>> invoke(llvm::StringRef command, Words words, Streams& io,
                                                 ExitCode& code) {
  return Reader(*findCommand(command), words, io).read(code);
}

using MakePlan = llvm::function_ref<llvm::Expected<std::optional<engine::SelectedPlan>>(
    const engine::Selection&)>;

static llvm::Expected<std::optional<std::vector<engine::SelectedPlan>>>
makeAll(Invocation& invocation, Streams& io, MakePlan make) {
  std::vector<engine::SelectedPlan> plans;
  driver::Compilation& compilation = invocation.program->compilation();
  size_t told = compilation.diagnostics().all().size();
  for (const engine::Selection& selection : invocation.selections) {
    auto plan = make(selection);
    if (!plan)
      return plan.takeError();
    io.show(compilation.sources(), compilation.diagnostics(),
            /*withWarnings=*/!invocation.common.quiet, told);
    told = compilation.diagnostics().all().size();
    if (!*plan)
      return std::nullopt;
    plans.push_back(std::move(**plan));
  }
  return plans;
}

llvm::Expected<std::optional<std::vector<engine::SelectedPlan>>> makePlans(Invocation& invocation,
                                                                           Streams& io) {
  return makeAll(invocation, io, [&](const engine::Selection& selection) {
    return invocation.program->plan(selection,
                                    parametersOf(selection.pipeline, invocation.arguments));
  });
}

llvm::Expected<std::optional<std::vector<engine::SelectedPlan>>> makePlans(PreparedBuild& prepared,
                                                                           Streams& io) {
  Invocation& invocation = prepared.invocation;
  if (!prepared.retry)
    return makePlans(invocation, io);
  const Retry& retry = *prepared.retry;
  return makeAll(invocation, io, [&](const engine::Selection& selection) {
    auto plan = invocation.program->plan(selection, retry.parameters);
    if (plan && *plan) {
      (*plan)->pins.resolved = retry.resolved;
      (*plan)->pins.execution = retry.execution;
    }
    return plan;
  });
}

llvm::Error readBuildSettings(PreparedBuild& prepared) {
  const Arguments& arguments = prepared.invocation.arguments;
  auto asJson = wantsJson(arguments);
  if (!asJson)
    return asJson.takeError();
  prepared.asJson = *asJson;
  auto trust = readTrust(arguments, prepared.invocation.workspace);
  if (!trust)
    return trust.takeError();
  prepared.trust = std::move(*trust);
  auto configuration = workspace::readConfiguration(prepared.invocation.workspace, prepared.trust);
  if (!configuration)
    return configuration.takeError();
  prepared.configuration = std::move(*configuration);
  auto settings = readExecutionSettings(arguments, prepared.configuration);
  if (!settings)
    return settings.takeError();
  prepared.settings = std::move(*settings);
  if (llvm::Error error = restrictUntrusted(prepared.trust, arguments, prepared.settings))
    return error;
  auto limits = readCacheLimits(arguments, prepared.configuration);
  if (!limits)
    return limits.takeError();
  prepared.cacheLimits = *limits;
  auto kept = retention::readHistoryLimits(prepared.configuration);
  if (!kept)
    return kept.takeError();
  prepared.historyLimits = *kept;
  return llvm::Error::success();
}

llvm::Expected<std::optional<PreparedBuild>> prepareBuild(llvm::StringRef command, Words words,
                                                          Streams& io, ExitCode& code) {
  auto invocation = invoke(command, words, io, code);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return std::nullopt;
  PreparedBuild prepared;
  prepared.invocation = std::move(**invocation);
  if (llvm::Error error = readBuildSettings(prepared))
    return error;
  auto plans = makePlans(prepared, io);
  if (!plans)
    return plans.takeError();
  if (!*plans) {
    code = ExitCode::Usage;
    return std::nullopt;
  }
  prepared.plans = std::move(**plans);
  return prepared;
}

} // namespace pipec::cli
