// Looking at a step's inputs a second time.
#include "runtime/exec/modified_inputs.h"

#include "compiler/base/text.h"
#include "runtime/cas/tree_difference.h"
#include "runtime/exec/repository_place.h"

#include <map>
#include <set>

namespace pipec::exec {

namespace {

class Look {
public:
  Look(const plan::Plan& what, ContentLookup before, cas::ContentStore& contents,
       cache::FileDigests& digests)
      : plan(what), recorded(before), store(contents), files(digests) {}

  llvm::Error input(const plan::ArtifactRef& artifact);
  llvm::Error poolFile(const plan::ArtifactRef& pool, llvm::StringRef path);
  std::vector<std::string> paths() const { return {modified.begin(), modified.end()}; }

private:
  using Found = std::optional<cas::Content>;

  llvm::Expected<Found> file(llvm::StringRef path);
  llvm::Expected<Found> now(const plan::ArtifactRef& artifact);
  llvm::Expected<Found> computed(plan::NodeId node);
  llvm::Error compare(const plan::ArtifactRef& artifact, llvm::StringRef path, const Found& before,
                      const Found& after);

  const plan::Plan& plan;
  ContentLookup recorded;
  cas::ContentStore& store;
  cache::FileDigests& files;
  std::map<plan::NodeId, Found> known; ///< of trees: their content now
  std::set<std::string> modified;
};

} // namespace

/// What cannot be an input any more is as good as gone.
llvm::Expected<Look::Found> Look::file(llvm::StringRef path) {
  auto found = files.content(path);
  if (found || found.errorIsA<cas::UnusableStore>())
    return found;
  llvm::consumeError(found.takeError());
  return std::nullopt;
}

llvm::Expected<Look::Found> Look::computed(plan::NodeId node) {
  const plan::Node& what = plan.nodes[node];
  if (const auto* path = std::get_if<plan::RepositoryPath>(&what.tree()))
    return file(path->path);
  bool same = true;
  for (plan::NodeId part : plan::dependencies(what)) {
    if (!plan.nodes[part].isTree())
      continue;
    auto present = now({part, 0});
    if (!present)
      return present.takeError();
    const cas::Content* before = recorded({part, 0});
    same &= before && *present == *before;
  }
  const cas::Content* before = recorded({node, 0});
  if (same && before)
    return *before;
  auto outcome = evaluateTree(
      what,
      [&](const plan::ArtifactRef& part) -> const cas::Content* {
        auto found = known.find(part.node);
        if (found == known.end())
          return recorded(part);
        return found->second ? &*found->second : nullptr;
      },
      store, files);
  if (!outcome)
    return outcome.takeError();
  return outcome->content;
}

llvm::Expected<Look::Found> Look::now(const plan::ArtifactRef& artifact) {
  if (!plan.nodes[artifact.node].isTree()) {
    const cas::Content* made = recorded(artifact);
    return made ? Found(*made) : std::nullopt;
  }
  if (auto found = known.find(artifact.node); found != known.end())
    return found->second;
  auto present = computed(artifact.node);
  if (present)
    known[artifact.node] = *present;
  return present;
}

/// Names what differs at `path` of an artifact.
llvm::Error Look::compare(const plan::ArtifactRef& artifact, llvm::StringRef path,
                          const Found& before, const Found& after) {
  auto isFolder = [](const Found& side) { return side && side->kind == cas::EntryKind::Directory; };
  if (before == after)
    return llvm::Error::success();
  std::vector<std::string> different;
  if (isFolder(before) && isFolder(after)) {
    auto files = cas::compareTrees(store, before->digest, after->digest);
    if (!files)
      return files.takeError();
    if (*files)
      for (const cas::FileDifference& file : **files)
        different.push_back(path.empty() ? file.path : (path + "/" + file.path).str());
  }
  if (different.empty())
    different.push_back(path.str());
  for (const std::string& file : different)
    if (auto place = repositoryPlace(plan, artifact, file))
      modified.insert(*place);
  return llvm::Error::success();
}

llvm::Error Look::input(const plan::ArtifactRef& artifact) {
  const cas::Content* before = recorded(artifact);
  auto present = now(artifact);
  if (!present || !before)
    return present.takeError();
  return compare(artifact, "", *before, *present);
}

llvm::Error Look::poolFile(const plan::ArtifactRef& pool, llvm::StringRef path) {
  auto place = path.empty() ? std::nullopt : repositoryPlace(plan, pool, path);
  const cas::Content* whole = recorded(pool);
  if (!place || !whole)
    return input(pool);
  auto before = cas::lookUp(store, whole->digest, path);
  if (!before)
    return before.takeError();
  auto present = file(*place);
  return present ? compare(pool, path, *before, *present) : present.takeError();
}

llvm::Expected<std::vector<std::string>>
modifiedInputs(const plan::Plan& plan, plan::NodeId step, const cache::ReadSet& reads,
               ContentLookup recorded, cas::ContentStore& store, cache::FileDigests& files) {
  const plan::ActionSpec& spec = plan.nodes[step].action();
  Look look(plan, recorded, store, files);
  for (const plan::Input& input : spec.inputs)
    if (!input.pool)
      if (llvm::Error error = look.input(input.artifact))
        return error;
  for (const auto* artifact : {&spec.work, &spec.image, &spec.subject})
    if (*artifact)
      if (llvm::Error error = look.input(**artifact))
        return error;
  for (const cache::PoolFile& read : reads)
    if (read.input < spec.inputs.size())
      if (llvm::Error error = look.poolFile(spec.inputs[read.input].artifact, read.path))
        return error;
  return look.paths();
}

std::string modifiedText(const std::vector<std::string>& paths) {
  constexpr size_t Shown = 3;
  std::string text;
  for (size_t i = 0; i < paths.size() && i < Shown; ++i)
    text += (i ? ", `" : "`") + base::printable(paths[i]) + "`";
  if (paths.size() > Shown)
    text += " and " + std::to_string(paths.size() - Shown) + " more";
  return text + (paths.size() == 1 ? " was modified" : " were modified");
}

} // namespace pipec::exec
