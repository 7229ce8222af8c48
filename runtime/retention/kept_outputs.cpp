// Restoring and removing kept outputs.
//
// The manifest, version 1: {"version":1,"outputs":[{"path":…,"pipeline":…,"name":…,"module":…,
// "kind":"file|executable|symlink|directory","digest":…}]}
#include "runtime/retention/kept_outputs.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <map>
#include <set>
#include <unistd.h>

namespace pipec::retention {

static constexpr int64_t ManifestVersion = 2;

static std::optional<cas::EntryKind> kindOf(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<cas::EntryKind>>(name)
      .Case("file", cas::EntryKind::File)
      .Case("executable", cas::EntryKind::Executable)
      .Case("symlink", cas::EntryKind::Symlink)
      .Case("directory", cas::EntryKind::Directory)
      .Default(std::nullopt);
}

/// Nothing that could lead out of the folder.
static bool isPlainPath(llvm::StringRef path) {
  if (path.empty() || path.starts_with("/"))
    return false;
  for (llvm::StringRef part : llvm::split(path, "/"))
    if (part.empty() || part == "." || part == "..")
      return false;
  return true;
}

/// All that the manifest says of an entry. Of one path it may list several for a while.
std::string KeptOutputs::identity(const Entry& entry) {
  return entry.path + '\n' + entry.module + '\n' + kindName(entry.content.kind).str() + '\n' +
         entry.content.digest.name();
}

KeptOutputs::KeptOutputs(const workspace::Workspace& workspace, cas::ContentStore& contents)
    : root(workspace.root), folder(workspace.state() + "/out"),
      manifest(workspace.state() + "/kept.json"), store(contents), entries(read(manifest)) {}

std::vector<cas::Content> KeptOutputs::contents(llvm::StringRef state) {
  std::vector<cas::Content> found;
  for (const Entry& entry : read(state.str() + "/kept.json"))
    found.push_back(entry.content);
  return found;
}

std::vector<KeptOutputs::Entry> KeptOutputs::read(const std::string& manifest) {
  static constexpr uint64_t Longest = uint64_t(64) << 20;
  auto text = folder::read(manifest, Longest);
  if (text && *text)
    return decode(**text);
  llvm::consumeError(text.takeError());
  return {};
}

std::vector<KeptOutputs::Entry> KeptOutputs::decode(llvm::StringRef text) {
  std::vector<Entry> entries;
  auto document = base::parseJson(text);
  if (!document) {
    llvm::consumeError(document.takeError());
    return entries;
  }
  const llvm::json::Object* object = document->getAsObject();
  const llvm::json::Array* outputs = object ? object->getArray("outputs") : nullptr;
  if (!outputs || object->getInteger("version") != ManifestVersion)
    return entries;
  for (const llvm::json::Value& value : *outputs) {
    const llvm::json::Object* output = value.getAsObject();
    if (!output)
      continue;
    auto text_ = [&](llvm::StringRef field) { return output->getString(field).value_or("").str(); };
    auto digest = base::Digest::fromName(text_("digest"));
    auto kind = kindOf(text_("kind"));
    Entry entry{text_("path"), text_("pipeline"), text_("name"), text_("module"), {}};
    if (!digest || !kind || !isPlainPath(entry.path))
      continue;
    entry.content = {*kind, *digest};
    entries.push_back(std::move(entry));
  }
  return entries;
}

llvm::Error KeptOutputs::write() {
  if (!changed)
    return llvm::Error::success();
  llvm::sort(entries, [](const Entry& a, const Entry& b) { return identity(a) < identity(b); });
  std::string text = base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("version", ManifestVersion);
      json.attributeArray("outputs", [&] {
        for (const Entry& entry : entries)
          json.object([&] {
            json.attribute("path", base::jsonText(entry.path));
            json.attribute("pipeline", base::jsonText(entry.pipeline));
            json.attribute("name", base::jsonText(entry.name));
            json.attribute("module", base::jsonText(entry.module));
            json.attribute("kind", cas::kindName(entry.content.kind));
            json.attribute("digest", entry.content.digest.name());
          });
      });
    });
  });
  changed = false;
  return folder::write(manifest, text);
}

// ---- removal -------------------------------------------------------------------

/// Deletes `folder` if it is empty, then its parents up to `top`.
static void removeEmptyFolders(llvm::StringRef folder, llvm::StringRef top) {
  while (folder.size() > top.size() && folder::removeFolder(folder.str()))
    folder = llvm::sys::path::parent_path(folder);
}

llvm::Error KeptOutputs::remove(const Entry& entry) {
  std::string path = pathOf(entry);
  llvm::StringRef parent = llvm::sys::path::parent_path(path);
  struct stat status;
  if (!folder::lookAt(path, status))
    return errno == ENOENT || errno == ENOTDIR ? llvm::Error::success()
                                               : folder::failure("remove", path, errno);
  llvm::Error error = folder::withAnchoredPath(path, [&](const std::string& anchored) {
    return cas::removeRestored(store, entry.content, anchored);
  });
  removeEmptyFolders(parent, llvm::sys::path::parent_path(folder));
  return error;
}

llvm::Error KeptOutputs::removeWhere(llvm::function_ref<bool(const Entry&)> isGone) {
  std::vector<Entry> remaining;
  llvm::Error errors = llvm::Error::success();
  for (Entry& entry : entries) {
    if (!isGone(entry)) {
      remaining.push_back(std::move(entry));
      continue;
    }
    changed = true;
    errors = llvm::joinErrors(std::move(errors), remove(entry));
  }
  entries = std::move(remaining);
  return errors;
}

llvm::Error KeptOutputs::dropPipelines(llvm::StringRef module,
                                       llvm::ArrayRef<std::string> declared) {
  llvm::Error error = removeWhere([&](const Entry& entry) {
    return entry.module == module && !llvm::is_contained(declared, entry.pipeline);
  });
  return llvm::joinErrors(std::move(error), write());
}

llvm::Error KeptOutputs::dropModules() {
  std::map<std::string, bool> isGone;
  for (const Entry& entry : entries)
    if (!isGone.count(entry.module))
      isGone[entry.module] =
          ::access((root + "/" + entry.module).c_str(), F_OK) != 0 && errno == ENOENT;
  llvm::Error error = removeWhere([&](const Entry& entry) { return isGone[entry.module]; });
  return llvm::joinErrors(std::move(error), write());
}

// ---- bringing up to date -------------------------------------------------------

static llvm::StringRef clauseOf(const plan::KeptOutput& output) {
  return llvm::StringRef(output.path).split('/').first;
}

static bool isList(const plan::Plan& plan, const plan::KeptOutput& output) {
  return plan.nodes[output.artifact.node].expansion() != nullptr;
}

/// The clauses that keep lists of run-time length of which some are not known after this build.
static std::set<std::string> openClauses(const plan::Plan& whole, const plan::Plan& wanted,
                                         const exec::BuildResult& result) {
  std::map<std::string, size_t> unknown;
  for (const plan::KeptOutput& output : whole.keptOutputs)
    if (isList(whole, output))
      ++unknown[clauseOf(output).str()];
  for (const plan::KeptOutput& output : wanted.keptOutputs)
    if (isList(wanted, output) && exec::isSuccess(result.nodes[output.artifact.node].state))
      --unknown[clauseOf(output).str()];
  std::set<std::string> open;
  for (const auto& [clause, count] : unknown)
    if (count > 0)
      open.insert(clause);
  return open;
}

static const cas::Content* contentOf(const plan::Plan& plan, const exec::BuildResult& result,
                                     const plan::KeptOutput& output) {
  if (isList(plan, output))
    return nullptr;
  auto succeeded = [&](plan::NodeId node) { return exec::isSuccess(result.nodes[node].state); };
  if (!succeeded(output.artifact.node) || !llvm::all_of(output.waits, succeeded))
    return nullptr;
  const exec::NodeResult& maker = result.nodes[output.artifact.node];
  if (plan.nodes[output.artifact.node].types[output.artifact.output] ==
      plan::ArtifactType::TestReport)
    return maker.report ? &*maker.report : nullptr;
  return output.artifact.output < maker.outputs.size()
             ? &maker.outputs[output.artifact.output].content
             : nullptr;
}

/// Of the pipeline, and its clauses are gone.
llvm::Error KeptOutputs::removeForgotten(const plan::Plan& whole, const plan::Plan& wanted,
                                         const exec::BuildResult& result) {
  std::set<std::string> paths, clauses;
  for (const plan::KeptOutput& output : whole.keptOutputs) {
    paths.insert(whole.pipeline + "/" + output.path);
    clauses.insert(clauseOf(output).str());
  }
  for (const plan::KeptOutput& output : wanted.keptOutputs)
    paths.insert(wanted.pipeline + "/" + output.path); // the expansions of a part of `whole`
  std::set<std::string> open = openClauses(whole, wanted, result);
  // A clause in a skipped stage makes no paths now, and its copy stays.
  return removeWhere([&](const Entry& entry) {
    if (entry.pipeline != whole.pipeline || entry.module != whole.module)
      return false;
    if (open.count(entry.name))
      return false;
    return clauses.count(entry.name) ? !paths.count(entry.path)
                                     : !llvm::is_contained(whole.declaredOutputs, entry.name);
  });
}

llvm::Expected<std::vector<plan::NodeId>>
KeptOutputs::update(const plan::Plan& whole, const plan::Plan& wanted,
                    const exec::BuildResult& result,
                    llvm::function_ref<void(llvm::StringRef path)> tell) {
  llvm::Error errors = removeForgotten(whole, wanted, result);
  std::vector<Entry> current;
  std::vector<plan::NodeId> makers;
  for (const plan::KeptOutput& output : wanted.keptOutputs) {
    const cas::Content* content = contentOf(wanted, result, output);
    if (!content)
      continue;
    current.push_back({wanted.pipeline + "/" + output.path, wanted.pipeline, clauseOf(output).str(),
                       wanted.module, *content});
    makers.push_back(output.artifact.node);
  }
  // Before anything is put there: whatever a kill leaves, the manifest has it.
  announce(current);
  if (llvm::Error error = write())
    return llvm::joinErrors(std::move(errors), std::move(error));
  std::vector<Entry> restored;
  std::vector<plan::NodeId> lost;
  for (size_t i = 0; i < current.size(); ++i) {
    std::optional<uint64_t> touched; // nullopt: the store has lost it
    llvm::Error failed =
        folder::withAnchoredPath(pathOf(current[i]), [&](const std::string& anchored) {
          return store.restoreTo(current[i].content, anchored).moveInto(touched);
        });
    if (failed) {
      errors = llvm::joinErrors(std::move(errors), std::move(failed));
      continue;
    }
    if (!touched) {
      lost.push_back(makers[i]);
      continue;
    }
    if (*touched)
      tell(".pipec/out/" + current[i].path);
    restored.push_back(current[i]);
  }
  forgetReplaced(restored);
  errors = llvm::joinErrors(std::move(errors), write());
  if (errors)
    return errors;
  return lost;
}

/// Adds what is not listed yet. What stands at the same paths until then stays listed.
void KeptOutputs::announce(llvm::ArrayRef<Entry> current) {
  std::set<std::string> known;
  for (const Entry& entry : entries)
    known.insert(identity(entry));
  for (const Entry& entry : current)
    if (known.insert(identity(entry)).second) {
      entries.push_back(entry);
      changed = true;
    }
}

/// `restored` has taken the place of what else is listed at these paths.
void KeptOutputs::forgetReplaced(llvm::ArrayRef<Entry> restored) {
  std::map<llvm::StringRef, std::string> now;
  for (const Entry& entry : restored)
    now[entry.path] = identity(entry);
  size_t before = entries.size();
  llvm::erase_if(entries, [&](const Entry& entry) {
    auto found = now.find(entry.path);
    return found != now.end() && found->second != identity(entry);
  });
  changed |= entries.size() != before;
}

} // namespace pipec::retention
