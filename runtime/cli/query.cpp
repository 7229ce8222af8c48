// Finding records, and saying why there is none.
#include "runtime/cli/query.h"

#include "compiler/base/error.h"
#include "runtime/cli/invocation.h"
#include "runtime/engine/program.h"
#include "runtime/engine/recorded_expansion.h"
#include "runtime/engine/session.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace pipec::cli {

using history::NodeFinding;
using history::NodeRecord;

llvm::Expected<std::string> singleExecution(const Arguments& arguments, llvm::StringRef command) {
  if (arguments.words().size() != 1)
    return base::usageError("`pipec " + command +
                            "` wants the ID of one execution; `pipec executions` lists them");
  return arguments.words().front();
}

llvm::Expected<engine::Target> singleTarget(const Arguments& arguments, llvm::StringRef command) {
  if (arguments.words().size() != 1)
    return base::usageError("`pipec " + command + "` wants one TARGET");
  engine::Target target = engine::parseTarget(arguments.words().front());
  if (target.label.empty())
    return base::usageError("`" + target.typed + "` names no node; `pipec list` names them all");
  return target;
}

llvm::Expected<std::optional<QueryInvocation>> invokeQuery(llvm::StringRef command, Words words,
                                                           Streams& io) {
  auto invocation = invokeSimple(command, words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return std::nullopt;
  auto asJson = wantsJson((*invocation)->arguments);
  if (!asJson)
    return asJson.takeError();
  auto query = Query::open((*invocation)->common, io);
  if (!query)
    return query.takeError();
  return QueryInvocation{std::move((*invocation)->arguments), std::move((*invocation)->common),
                         *asJson, std::move(*query)};
}

llvm::Expected<std::unique_ptr<Query>> Query::open(const CommonSettings& settings, Streams& io) {
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  auto standing =
      workspace::lookAtState(*workspace, [&io](llvm::StringRef message) { io.warning(message); });
  if (!standing)
    return standing.takeError();
  auto cache = engine::openCacheFolder(*workspace, settings.places, engine::Use::Read);
  if (!cache)
    return cache.takeError();
  bool isBelieved = !standing->unbelieved.count("history.db");
  return std::unique_ptr<Query>(
      new Query(std::move(*workspace), settings, std::move(*cache), isBelieved, io));
}

Query::Query(workspace::Workspace where, const CommonSettings& common, std::string cache,
             bool isBelieved, Streams& streams)
    : place(std::move(where)), settings(common), io(streams), cacheFolder(std::move(cache)),
      records(history::openHistory(place.state(),
                                   isBelieved ? history::Access::Query : history::Access::Nothing,
                                   [this](llvm::StringRef message) { io.warning(message); })) {}

llvm::Expected<cas::ContentStore*> Query::store() {
  if (contents)
    return contents.get();
  if (!llvm::sys::fs::is_directory(cacheFolder + "/cas"))
    return base::usageError("there is no cache in `" + cacheFolder + "`; `pipec build` makes it");
  auto opened = cas::openLocalContentStore(cacheFolder + "/cas");
  if (!opened)
    return opened.takeError();
  contents = std::move(*opened);
  return contents.get();
}

// ---- looking -------------------------------------------------------------------

llvm::Expected<history::Execution> Query::execution(const std::optional<std::string>& typed) {
  auto found = typed ? records->matching(*typed) : records->executions({}, 1);
  if (!found)
    return found.takeError();
  if (found->size() == 1)
    return std::move(found->front());
  if (!typed)
    return base::usageError("nothing has been built in this workspace");
  if (found->empty())
    return base::usageError("there is no execution `" + *typed + "` in this workspace; " +
                            "`pipec executions` lists them");
  static constexpr size_t Shown = 5;
  std::string choices;
  for (size_t i = 0; i < found->size() && i < Shown; ++i)
    choices += (i ? ", `" : "`") + history::AttemptName::of((*found)[i].id).execution + "`";
  if (found->size() > Shown)
    choices += ", …";
  return base::usageError("`" + *typed + "` is the beginning of several executions: " + choices);
}

Query::Found Query::lookIn(llvm::StringRef id, llvm::StringRef label, Accept accept) {
  auto found = execution(id.str());
  if (!found)
    return found.takeError();
  auto nodes = records->nodes(*found);
  if (!nodes)
    return nodes.takeError();
  for (NodeRecord& node : *nodes)
    if (node.isCalled(label) && accept(node))
      return NodeFinding{std::move(*found), std::move(node)};
  return std::nullopt;
}

Query::Found Query::lookNewest(const engine::Target& target, Accept accept) {
  if (!target.file.empty()) {
    auto module = place.relative(target.file);
    if (!module)
      return module.takeError();
    return records->latest(target.label, *module, accept);
  }
  // The current folder's files come first, as when building; then any of the workspace.
  std::optional<NodeFinding> newest;
  auto files = engine::pipeFilesIn(place, place.current, /*recursive=*/false);
  if (!files)
    return files.takeError();
  for (const std::string& module : *files) {
    auto found = records->latest(target.label, module, accept);
    if (!found)
      return found.takeError();
    if (*found && (!newest || newest->execution.started < (*found)->execution.started))
      newest = std::move(*found);
  }
  if (newest)
    return newest;
  return records->latest(target.label, {}, accept);
}

Query::Found Query::look(const engine::Target& target, const std::optional<std::string>& execution,
                         Accept accept) {
  return execution ? lookIn(*execution, target.label, accept) : lookNewest(target, accept);
}

llvm::Error Query::notFound(const engine::Target& target,
                            const std::optional<std::string>& execution, llvm::StringRef lacks) {
  auto any = look(target, execution, [](const NodeRecord&) { return true; });
  if (!any)
    return any.takeError();
  if (*any) {
    const NodeRecord& node = (*any)->node;
    std::string text = ("`" + llvm::Twine(target.typed) + "` " + lacks + ": in execution " +
                        (*any)->execution.id + " it is " + exec::stateName(node.result.state))
                           .str();
    return base::usageError(node.result.reason.empty() ? text
                                                       : text + " (" + node.result.reason + ")");
  }
  // Never recorded: is there such a thing at all?
  auto program = engine::Program::load(place, target);
  if (program && !(*program)->hasErrors()) {
    auto selections = (*program)->select(target);
    if (!selections)
      return selections.takeError();
    auto plan = (*program)->plan(selections->front(), {});
    if (!plan)
      return plan.takeError();
  } else if (!program) {
    llvm::consumeError(program.takeError());
  }
  if (execution)
    return base::usageError("`" + target.typed + "` is not in execution " + *execution);
  return base::usageError("`" + target.typed + "` has never been built here; `pipec build " +
                          target.typed + "` does");
}

llvm::Expected<NodeFinding> Query::find(const engine::Target& target,
                                        const std::optional<std::string>& execution, Accept accept,
                                        llvm::StringRef lacks) {
  auto found = look(target, execution, accept);
  if (!found)
    return found.takeError();
  if (*found)
    return std::move(**found);
  return notFound(target, execution, lacks);
}

// ---- artifacts -----------------------------------------------------------------

/// As bindingOf(), but an error where the program or the records do not say.
llvm::Expected<std::optional<Query::Binding>>
Query::findBinding(const engine::Target& target,
                   const std::optional<history::Execution>& execution) {
  auto program = engine::Program::load(place, target);
  if (!program)
    return program.takeError();
  if ((*program)->hasErrors())
    return std::nullopt;
  auto selections = (*program)->select(target);
  if (!selections)
    return selections.takeError();
  auto lowered = (*program)->compilation().lower(selections->front().pipeline,
                                                 execution ? execution->parameters
                                                           : std::vector<plan::Parameter>());
  if (!lowered)
    return lowered.takeError();
  if (!*lowered)
    return std::nullopt;
  plan::Plan& plan = (*lowered)->plan;
  if ((*lowered)->expander && execution) {
    auto contents = store();
    if (!contents)
      return contents.takeError();
    if (llvm::Error error =
            engine::expandAsRecorded(plan, *(*lowered)->expander, *records, *execution, **contents))
      return error;
  }
  for (const plan::Binding& binding : plan.bindings)
    if (binding.label == target.label && binding.artifact) {
      const plan::Node& node = plan.nodes[binding.artifact->node];
      Binding found{node.label, binding.artifact->output, ""};
      if (!node.isTree() && found.output < node.action().outputs.size())
        found.fileName = node.action().outputs[found.output].fileName;
      return found;
    }
  return std::nullopt;
}

std::optional<Query::Binding> Query::bindingOf(const engine::Target& target,
                                               const std::optional<history::Execution>& execution) {
  auto binding = findBinding(target, execution);
  if (binding)
    return *binding;
  llvm::consumeError(binding.takeError());
  return std::nullopt;
}

static RecordedArtifact outputOf(NodeFinding finding, size_t index) {
  cas::Content content = finding.node.result.outputs[index].content;
  return {std::move(finding), content};
}

llvm::Expected<RecordedArtifact> Query::artifact(const engine::Target& target,
                                                 const std::optional<std::string>& execution) {
  auto hasOutput = [](const NodeRecord& node) {
    return exec::isSuccess(node.result.state) && !node.result.outputs.empty();
  };
  auto direct = look(target, execution, hasOutput);
  if (!direct)
    return direct.takeError();
  if (*direct && (*direct)->node.result.outputs.size() == 1)
    return outputOf(std::move(**direct), 0);
  auto any = look(target, execution, [](const NodeRecord&) { return true; });
  if (!any)
    return any.takeError();
  auto binding = bindingOf(target, *any ? std::optional((*any)->execution) : std::nullopt);
  if (!binding) {
    if (!*direct)
      return notFound(target, execution, "has nothing to copy");
    std::string names;
    for (const cache::ActionOutput& output : (*direct)->node.result.outputs)
      names += (names.empty() ? "`" : ", `") + target.typed + "." + output.name + "`";
    return base::usageError("`" + target.typed + "` has several outputs: say " + names);
  }
  engine::Target maker = target;
  maker.label = binding->label;
  auto hasIt = [&](const NodeRecord& node) {
    return exec::isSuccess(node.result.state) && binding->output < node.result.outputs.size();
  };
  auto made = look(maker, execution, hasIt);
  if (!made)
    return made.takeError();
  if (!*made)
    return notFound(maker, execution, "has nothing to copy");
  return outputOf(std::move(**made), binding->output);
}

std::string Query::fileName(const engine::Target& target, const RecordedArtifact& artifact) {
  auto binding = bindingOf(target, artifact.from.execution);
  if (binding && !binding->fileName.empty())
    return llvm::sys::path::filename(binding->fileName).str();
  llvm::StringRef label = target.label;
  return label.substr(label.find_last_of("./") + 1).str();
}

} // namespace pipec::cli
