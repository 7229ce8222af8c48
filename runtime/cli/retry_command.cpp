// `pipec retry`: a new attempt of an execution.
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/query.h"

#include "compiler/base/error.h"

namespace pipec::cli {

std::vector<Option> retryOptions() {
  return buildOptions();
}

/// What all attempts have resolved; of two answers the first, so that attempts agree.
static llvm::Error addResolved(Query& query, llvm::ArrayRef<history::Execution> attempts,
                               Retry& retry) {
  for (const history::Execution& attempt : attempts) {
    auto nodes = query.history().nodes(attempt);
    if (!nodes)
      return nodes.takeError();
    for (const history::NodeRecord& node : *nodes)
      if (node.result.question && !node.result.identity.empty())
        retry.resolved.emplace(node.result.question->hash, node.result.identity);
  }
  return llvm::Error::success();
}

/// Loads the file, selects what was asked for, and fills `retry`. False: errors have been shown.
static llvm::Expected<bool> prepare(PreparedBuild& prepared, const std::string& id, Streams& io) {
  Invocation& invocation = prepared.invocation;
  auto query = Query::open(invocation.common, io);
  if (!query)
    return query.takeError();
  invocation.workspace = (*query)->workspace();
  if (llvm::Error error = readBuildSettings(prepared))
    return error;
  auto execution = (*query)->execution(id);
  if (!execution)
    return execution.takeError();
  Retry retry;
  retry.execution = history::AttemptName::of(execution->id).execution;
  auto attempts = (*query)->history().attempts(retry.execution);
  if (!attempts)
    return attempts.takeError();
  const history::Execution& last = attempts->back();
  if (last.state == history::ExecutionState::Running)
    return base::usageError("execution " + last.id + " is running; `pipec stop " + last.id +
                            "` ends it");
  retry.parameters = last.parameters;
  if (llvm::Error error = addResolved(**query, *attempts, retry))
    return error;

  engine::Target file;
  file.file = invocation.workspace.root + "/" + last.module;
  file.typed = last.module;
  auto program = engine::Program::load(invocation.workspace, file);
  if (!program)
    return program.takeError();
  invocation.program = std::move(*program);
  driver::Compilation& compilation = invocation.program->compilation();
  io.show(compilation.sources(), compilation.diagnostics(), !invocation.common.quiet);
  if (invocation.program->hasErrors())
    return false;
  std::vector<engine::Target> targets;
  for (const std::string& label : last.request.targets)
    targets.push_back({label, file.file, "", label});
  if (targets.empty())
    targets.push_back({last.pipeline, file.file, "", last.pipeline});
  auto selections = invocation.program->select(targets);
  if (!selections)
    return selections.takeError();
  invocation.selections = std::move(*selections);
  // What was not to be deployed is not by being tried again, unless somebody says so.
  exec::BuildOptions& build = prepared.settings.build;
  build.noDeploy |= last.request.noDeploy && build.deployTo.empty();
  prepared.retry = std::move(retry);
  return true;
}

llvm::Expected<ExitCode> runRetry(Words words, Streams& io) {
  auto invocation = invokeSimple("retry", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  auto id = singleExecution((*invocation)->arguments, "retry");
  if (!id)
    return id.takeError();
  PreparedBuild prepared;
  prepared.invocation.arguments = std::move((*invocation)->arguments);
  prepared.invocation.common = std::move((*invocation)->common);
  auto ready = prepare(prepared, *id, io);
  if (!ready)
    return ready.takeError();
  if (!*ready)
    return ExitCode::Usage;
  auto plans = makePlans(prepared, io);
  if (!plans)
    return plans.takeError();
  if (!*plans)
    return ExitCode::Usage;
  prepared.plans = std::move(**plans);
  return runPrepared(prepared, io);
}

} // namespace pipec::cli
