// Names of pins, and merging what was found out into pipe.lock.
#include "runtime/engine/pins.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/lock/load_lock.h"
#include "compiler/plan/action_key.h"
#include "compiler/plan/prune.h"
#include "runtime/engine/targets.h"
#include "runtime/workspace/replace_content.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace pipec::engine {

using lock::LockFile;
using lock::PinnedSource;

static constexpr llvm::StringLiteral ParameterMark = " --";

std::string parameterSuffix(llvm::ArrayRef<plan::Parameter> given) {
  std::string suffix;
  for (const plan::Parameter& parameter : given)
    suffix += ParameterMark.str() + parameter.name + "=" + parameter.value;
  return suffix;
}

std::string pinName(const plan::Plan& plan, llvm::StringRef label, llvm::StringRef suffix) {
  return (plan.module + ":" + label + suffix).str();
}

// ---- from the lock to a plan ----------------------------------------------------

exec::Pins pinsOf(const LockFile& lock, const plan::Plan& plan, llvm::StringRef suffix) {
  exec::Pins pins;
  std::string module = plan.module + ":";
  for (const PinnedSource& source : lock.sources) {
    pins.identities[source.question] = source.identity;
    for (llvm::StringRef name : source.of) {
      if (!name.consume_front(module))
        continue;
      bool isForThisPlan = name.consume_back(suffix) && !name.contains(ParameterMark);
      exec::Pins::Label& label = pins.labels[name.split(ParameterMark).first];
      if (label.isForThisPlan)
        continue;
      label.isForThisPlan = isForThisPlan;
      label.asks = source.asks;
    }
  }
  return pins;
}

// ---- from a plan to pins --------------------------------------------------------

static bool mayResolve(const plan::Node& node) {
  return !node.isTree() && node.action().kind == plan::ActionKind::Source &&
         (node.action().resolve || node.deferred);
}

plan::Plan sourcesOf(plan::Plan plan) {
  std::vector<plan::NodeId> roots;
  for (size_t i = 0; i < plan.nodes.size(); ++i)
    if (mayResolve(plan.nodes[plan.nodes.idAt(i)]))
      roots.push_back(plan.nodes.idAt(i));
  return plan::prune(std::move(plan), std::move(roots));
}

std::vector<PinnedSource> pinnedSources(const plan::Plan& plan, const exec::BuildResult& result,
                                        llvm::StringRef suffix) {
  std::map<base::Sha256, PinnedSource> found;
  for (size_t i = 0; i < plan.nodes.size(); ++i) {
    const plan::Node& node = plan.nodes[plan.nodes.idAt(i)];
    const exec::NodeResult& what = result.nodes[plan.nodes.idAt(i)];
    if (!what.question || what.identity.empty() || !exec::isSuccess(what.state))
      continue;
    PinnedSource& source = found[what.question->hash];
    if (source.of.empty()) {
      source.question = what.question->hash;
      source.asks = plan::questionValues(node.action());
      source.identity = what.identity;
    }
    source.of.push_back(pinName(plan, node.label, suffix));
  }
  std::vector<PinnedSource> sources;
  for (auto& [question, source] : found)
    sources.push_back(std::move(source));
  return sources;
}

// ---- merging ---------------------------------------------------------------------

static bool isGone(llvm::StringRef name, llvm::ArrayRef<AskedPipelines> asked) {
  for (const AskedPipelines& file : asked) {
    llvm::StringRef rest = name;
    if (!rest.consume_front(file.module) || !rest.consume_front(":"))
      continue;
    auto known = llvm::find(file.declared, parseTarget(rest).pipeline());
    if (known == file.declared.end())
      return true;
    llvm::StringRef suffix = file.suffixes[static_cast<size_t>(known - file.declared.begin())];
    return rest.consume_back(suffix) && !rest.contains(ParameterMark);
  }
  return false;
}

PinChanges updateSources(LockFile& lock, const std::vector<PinnedSource>& found,
                         llvm::ArrayRef<AskedPipelines> asked) {
  PinChanges changes;
  std::map<std::string, std::string> before; ///< identity by name
  for (const PinnedSource& source : lock.sources)
    for (const std::string& name : source.of)
      before[name] = source.identity;

  std::map<std::string, std::string> after;
  for (const PinnedSource& source : found)
    for (const std::string& name : source.of)
      after[name] = source.identity;
  for (PinnedSource& source : lock.sources)
    llvm::erase_if(source.of, [&](const std::string& name) {
      if (after.count(name))
        return true;
      if (!isGone(name, asked))
        return false;
      changes.dropped.push_back(name);
      return true;
    });
  for (const PinnedSource& source : found) {
    auto same = llvm::find_if(
        lock.sources, [&](const PinnedSource& old) { return old.question == source.question; });
    if (same == lock.sources.end()) {
      lock.sources.push_back(source);
      continue;
    }
    // Others that ask the same share the answer, also the new one.
    for (const std::string& name : same->of)
      after[name] = source.identity;
    llvm::append_range(same->of, source.of);
    same->asks = source.asks;
    same->identity = source.identity;
  }
  llvm::erase_if(lock.sources, [](const PinnedSource& source) { return source.of.empty(); });

  for (const auto& [name, identity] : after) {
    if (before[name] == identity)
      ++changes.unchanged;
    else
      changes.moved.push_back({name, before[name], identity});
  }
  llvm::sort(changes.dropped);
  return changes;
}

// ---- the file --------------------------------------------------------------------

llvm::Error writeLock(const workspace::Workspace& workspace, const LockFile& lock) {
  std::string path = (workspace.root + "/" + lock::LockFileName).str();
  std::string text = lock::renderLock(lock);
  auto files = base::makeRealFileSystem();
  auto status = files->status(path, /*followLinks=*/false);
  if (!status)
    return status.takeError();
  if (!*status)
    return lock == LockFile() ? llvm::Error::success()
                              : base::writeFileAtomically(path, text, /*durable=*/true);
  auto old = files->read(path);
  if (!old)
    return old.takeError();
  return *old == text ? llvm::Error::success() : workspace::replaceContent(path, text);
}

std::vector<std::string> packageFolders(const workspace::Workspace& workspace) {
  std::vector<std::string> folders;
  auto files = base::makeRealFileSystem();
  auto lock = lock::readLock(*files, workspace.root);
  if (!lock) {
    // Whoever needs the file itself tells what is wrong with it.
    llvm::consumeError(lock.takeError());
    return folders;
  }
  for (const lock::PinnedPackage& package : lock->packages)
    folders.push_back(package.path);
  return folders;
}

} // namespace pipec::engine
