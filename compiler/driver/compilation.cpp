// The order of the phases, and nothing else.
#include "compiler/driver/compilation.h"

#include "compiler/driver/pipeline_info.h"
#include "compiler/lock/load_lock.h"
#include "compiler/parse/parse.h"
#include "compiler/sema/check.h"
#include "stdlib/stdlib.h"

#include "llvm/Support/Path.h"

namespace pipec::driver {
namespace {

std::optional<llvm::StringRef> libraryModule(llvm::StringRef name) {
  for (const stdlib::Module& module : stdlib::modules())
    if (llvm::sys::path::stem(module.path) == name)
      return llvm::StringRef(module.text);
  return std::nullopt;
}

std::vector<std::string> libraryNames() {
  std::vector<std::string> names;
  for (const stdlib::Module& module : stdlib::modules())
    names.push_back(llvm::sys::path::stem(module.path).str());
  return names;
}

} // namespace

Compilation::Compilation(base::FileSystem& fileSystem, std::string workspacePath)
    : files(fileSystem), workspace(std::move(workspacePath)) {}

llvm::Error Compilation::load(llvm::ArrayRef<std::string> roots) {
  parse::ModuleSources from;
  from.files = &files;
  from.workspace = workspace;
  from.library = libraryModule;
  from.libraryNames = libraryNames();
  std::optional<lock::LockFile> pins = lock::loadLock(files, workspace, sourceManager, messages);
  from.lockIsBroken = !pins;
  lockFile = std::move(pins).value_or(lock::LockFile());
  from.lock = &lockFile;
  auto loaded = parse::loadModules(from, roots, sourceManager, messages);
  if (!loaded)
    return loaded.takeError();
  modules = std::move(*loaded);
  typed = sema::check(modules, messages);
  messages.sort();
  return llvm::Error::success();
}

std::vector<PipelineInfo> Compilation::pipelines() const {
  std::vector<PipelineInfo> all;
  for (ast::ModuleId root : modules.roots)
    for (PipelineInfo& info : pipelinesOf(modules, root, sourceManager))
      all.push_back(std::move(info));
  return all;
}

llvm::Expected<std::optional<lower::LoweredPipeline>>
Compilation::lower(const PipelineInfo& pipeline, std::vector<plan::Parameter> parameters) {
  lower::PipelineRequest request;
  request.module = pipeline.module;
  request.pipeline = pipeline.name;
  request.parameters = std::move(parameters);
  return lower::lower(modules, typed, sourceManager, {&files, workspace}, request, messages);
}

} // namespace pipec::driver
