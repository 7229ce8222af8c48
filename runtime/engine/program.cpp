// From targets to selections to plans.
#include "runtime/engine/program.h"

#include "compiler/base/error.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/plan/select_target.h"

#include "runtime/engine/pins.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <utility>

namespace pipec::engine {

using driver::PipelineInfo;

Program::Program(const workspace::Workspace& place, std::unique_ptr<base::FileSystem> disk)
    : workspace(place), disk_(std::move(disk)), compiled(*disk_, place.root) {}

llvm::Expected<std::unique_ptr<Program>> Program::load(const workspace::Workspace& workspace,
                                                       llvm::ArrayRef<Target> targets) {
  auto files = pipeFilesOf(workspace, targets);
  if (!files)
    return files.takeError();
  std::unique_ptr<Program> program(new Program(workspace, base::makeRealFileSystem()));
  program->loaded = std::move(*files);
  if (llvm::Error error = program->compiled.load(program->loaded))
    return error;
  if (!program->hasErrors())
    program->declared = program->compiled.pipelines();
  return program;
}

// ---- which pipelines -----------------------------------------------------------

static bool isBelow(llvm::StringRef path, llvm::StringRef folder) {
  return folder == "." || folder.empty() || (path.consume_front(folder) && path.starts_with("/"));
}

bool Program::isAbout(const Target& target, const PipelineInfo& pipeline) const {
  auto relativeTo = [&](llvm::StringRef typed) {
    auto path = workspace.relative(typed);
    if (path)
      return *path;
    llvm::consumeError(path.takeError()); // load() has told it
    return std::string();
  };
  if (!target.folder.empty())
    return isBelow(pipeline.modulePath, relativeTo(target.folder));
  if (!target.file.empty())
    return pipeline.modulePath == relativeTo(target.file);
  return llvm::sys::path::parent_path(pipeline.modulePath) == workspace.current;
}

llvm::Expected<size_t> Program::find(const Target& target) const {
  llvm::StringRef name = target.pipeline();
  std::vector<size_t> found;
  std::vector<llvm::StringRef> names;
  for (const auto& [index, pipeline] : llvm::enumerate(declared)) {
    if (!isAbout(target, pipeline))
      continue;
    names.push_back(pipeline.name);
    if (pipeline.name == name)
      found.push_back(index);
  }
  if (found.size() == 1)
    return found.front();
  if (found.empty()) {
    llvm::StringRef nearest = diagnostics::closestName(name, names);
    std::string text = ("there is no pipeline `" + name + "`").str();
    if (!target.file.empty())
      text += " in " + target.file;
    if (!nearest.empty())
      return base::usageError(text + "; did you mean `" + nearest + "`?");
    return base::usageError(text + "; `pipec list` names what there is");
  }
  std::string choices;
  for (size_t index : found)
    choices +=
        (choices.empty() ? "`" : ", `") + declared[index].modulePath + ":" + target.label + "`";
  return base::usageError("there are several pipelines `" + name + "`: say " + choices);
}

llvm::Expected<std::vector<Selection>> Program::select(llvm::ArrayRef<Target> targets) const {
  std::vector<bool> chosen(declared.size());
  std::vector<bool> whole(declared.size());
  std::vector<std::vector<std::string>> labels(declared.size());
  auto addAll = [&](const Target& target) -> llvm::Error {
    bool any = false;
    for (const auto& [index, pipeline] : llvm::enumerate(declared))
      if (isAbout(target, pipeline))
        any = chosen[index] = whole[index] = true;
    if (any)
      return llvm::Error::success();
    return base::usageError(target.typed.empty()
                                ? "no `.pipe` file of the current folder declares a pipeline"
                                : "`" + target.typed + "` declares no pipeline");
  };
  if (targets.empty())
    if (llvm::Error error = addAll(Target()))
      return error;
  for (const Target& target : targets) {
    if (target.label.empty()) {
      if (llvm::Error error = addAll(target))
        return error;
      continue;
    }
    auto index = find(target);
    if (!index)
      return index.takeError();
    chosen[*index] = true;
    if (target.label == declared[*index].name)
      whole[*index] = true;
    else
      labels[*index].push_back(target.label);
  }
  std::vector<Selection> selections;
  for (size_t i = 0; i < declared.size(); ++i)
    if (chosen[i])
      selections.push_back(
          {declared[i], whole[i] ? std::vector<std::string>() : std::move(labels[i])});
  return selections;
}

llvm::Expected<std::optional<SelectedPlan>> Program::plan(const Selection& selection,
                                                          std::vector<plan::Parameter> parameters) {
  auto lowered = compiled.lower(selection.pipeline, parameters);
  if (!lowered)
    return lowered.takeError();
  if (!*lowered)
    return std::nullopt;
  SelectedPlan result;
  result.wanted = std::move((*lowered)->plan);
  result.expander = std::move((*lowered)->expander);
  result.suffix = parameterSuffix(parameters);
  result.pins = pinsOf(compiled.lock(), result.wanted, result.suffix);
  result.labels = selection.labels;
  if (selection.labels.empty())
    return result;
  auto selected = plan::selectTargets(result.wanted, selection.labels);
  if (!selected)
    return selected.takeError();
  result.unselected = std::exchange(result.wanted, std::move(*selected));
  return result;
}

} // namespace pipec::engine
