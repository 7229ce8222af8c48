// Evaluation of Tree nodes on the content store.
#include "runtime/exec/tree.h"

#include "compiler/base/error.h"
#include "compiler/base/path_glob.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace pipec::exec {

static TreeOutcome failed(const plan::Node& node, llvm::StringRef code,
                          const llvm::Twine& message) {
  return {StepFailure{code.str(), message.str(), node.location, false}, std::nullopt};
}

static TreeOutcome made(const cas::Content& content) {
  return {std::nullopt, content};
}

/// What is left of a directory when only the files that match a pattern stay.
static llvm::Expected<std::optional<base::Digest>> select(cas::ContentStore& store,
                                                          const base::Digest& directory,
                                                          llvm::ArrayRef<std::string> patterns) {
  std::vector<base::PathGlob> globs;
  for (const std::string& pattern : patterns) {
    auto glob = base::PathGlob::compile(pattern);
    if (!glob)
      return glob.takeError();
    globs.push_back(std::move(*glob));
  }
  return cas::filter(
      store, directory,
      [&](llvm::StringRef path) {
        return llvm::any_of(globs, [&](const base::PathGlob& g) { return g.matches(path); });
      },
      [&](llvm::StringRef folder) {
        return llvm::any_of(globs,
                            [&](const base::PathGlob& g) { return g.mayMatchBelow(folder); });
      });
}

llvm::Expected<std::vector<std::string>> matchingFiles(cas::ContentStore& store,
                                                       const base::Digest& directory,
                                                       llvm::ArrayRef<std::string> patterns) {
  auto selected = select(store, directory, patterns);
  if (!selected)
    return selected.takeError();
  if (!*selected)
    return cas::lostContent(directory);
  auto files = cas::listFiles(store, **selected);
  if (!files)
    return files.takeError();
  std::vector<std::string> paths;
  for (auto& [path, entry] : *files) {
    if (entry.content.kind == cas::EntryKind::Symlink) {
      // Counts if it leads to a file, as in the repository.
      auto target = cas::lookUp(store, directory, path);
      if (!target)
        return target.takeError();
      if (!*target || (*target)->kind == cas::EntryKind::Directory)
        continue;
    }
    paths.push_back(std::move(path));
  }
  return paths;
}

namespace {

/// One case for each kind of tree.
struct TreeEvaluator {
  const plan::Node& node;
  ContentLookup content;
  cas::ContentStore& store;
  cache::FileDigests& files;

  llvm::Expected<TreeOutcome> operator()(const plan::RepositoryPath& what) {
    auto found = files.content(what.path);
    if (!found)
      return found.takeError();
    if (!*found)
      return failed(node, "R1001", "`" + what.path + "` is no longer in the repository");
    bool isFolder = (*found)->kind == cas::EntryKind::Directory;
    if (isFolder != (node.types.front() != plan::ArtifactType::File))
      return failed(node, "R1001",
                    "`" + what.path + "` is now " + (isFolder ? "a folder" : "no folder"));
    return made(**found);
  }

  llvm::Expected<TreeOutcome> operator()(const plan::TextFile& what) {
    auto digest = store.putBytes(what.content);
    if (!digest)
      return digest.takeError();
    return made({cas::EntryKind::File, *digest});
  }

  llvm::Expected<TreeOutcome> operator()(const plan::ComposedTree& what) {
    std::vector<cas::Placement> placements;
    for (const plan::ComposedTree::Entry& entry : what.entries) {
      const cas::Content* part = content(entry.artifact);
      if (!part)
        return TreeOutcome{};
      placements.push_back({entry.path, *part});
    }
    auto digest = cas::compose(store, std::move(placements));
    if (!digest) {
      auto [category, text] = base::describe(digest.takeError());
      if (category == base::ErrorCategory::Usage)
        return failed(node, "R1001", text);
      return base::worldError(text);
    }
    return made({cas::EntryKind::Directory, *digest});
  }

  llvm::Expected<TreeOutcome> operator()(const plan::TreePart& what) {
    const cas::Content* whole = content(what.of);
    if (!whole)
      return TreeOutcome{};
    auto part = cas::lookUp(store, whole->digest, what.path);
    if (!part)
      return part.takeError();
    bool wantsFolder = node.types.front() != plan::ArtifactType::File;
    llvm::StringRef wanted = wantsFolder ? "folder" : "file";
    if (!*part)
      return failed(node, "R1001", "there is no " + wanted + " `" + what.path + "` in it");
    if (((*part)->kind == cas::EntryKind::Directory) != wantsFolder)
      return failed(node, "R1001", "`" + what.path + "` in it is not a " + wanted);
    return made(**part);
  }

  llvm::Expected<TreeOutcome> operator()(const plan::TreeSelection& what) {
    const cas::Content* whole = content(what.of);
    if (!whole)
      return TreeOutcome{};
    auto digest = select(store, whole->digest, what.patterns);
    if (!digest)
      return digest.takeError();
    if (!*digest)
      return cas::lostContent(whole->digest);
    return made({cas::EntryKind::Directory, **digest});
  }

  /// Neither has content: their meaning is in the nodes that they add and wait for.
  llvm::Expected<TreeOutcome> operator()(const plan::Expansion&) { return TreeOutcome{}; }
  llvm::Expected<TreeOutcome> operator()(const plan::Merge&) { return TreeOutcome{}; }
};

} // namespace

llvm::Expected<TreeOutcome> evaluateTree(const plan::Node& node, ContentLookup content,
                                         cas::ContentStore& store, cache::FileDigests& files) {
  return std::visit(TreeEvaluator{node, content, store, files}, node.tree());
}

static bool isBelow(llvm::StringRef path, llvm::StringRef folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// Whether `part` may be a layer of its own beside the others: nobody else has anything at its
/// path.
static llvm::Expected<bool> standsAlone(const cas::Placement& part,
                                        llvm::ArrayRef<cas::Placement> others,
                                        cas::ContentStore& store) {
  for (const cas::Placement& other : others) {
    if (other.path == part.path)
      continue;
    if (other.path != "." && !isBelow(part.path, other.path)) {
      if (isBelow(other.path, part.path))
        return false;
      continue;
    }
    if (other.content.kind != cas::EntryKind::Directory)
      return false;
    llvm::StringRef rest = part.path;
    if (other.path != ".")
      rest = rest.drop_front(other.path.size() + 1);
    // Neither the path itself nor a file where a folder must be may come from the other part.
    for (size_t end = rest.find('/');; end = rest.find('/', end + 1)) {
      auto found = cas::lookUp(store, other.content.digest, rest.substr(0, end));
      if (!found)
        return found.takeError();
      if (*found && (end == llvm::StringRef::npos || (*found)->kind != cas::EntryKind::Directory))
        return false;
      if (end == llvm::StringRef::npos)
        break;
    }
  }
  return true;
}

llvm::Expected<std::vector<WorkPart>> workParts(const plan::Plan& plan,
                                                const plan::ArtifactRef& work,
                                                ContentLookup content, cas::ContentStore& store) {
  const plan::Node& node = plan.nodes[work.node];
  const cas::Content* whole = content(work);
  assert(whole && "the work of a step that runs is known");
  const auto* composed = node.isTree() ? std::get_if<plan::ComposedTree>(&node.tree()) : nullptr;
  if (!composed)
    return std::vector<WorkPart>{{"", *whole}};

  std::vector<cas::Placement> all;
  for (const plan::ComposedTree::Entry& entry : composed->entries)
    all.push_back({entry.path, *content(entry.artifact)});
  std::vector<WorkPart> layers;
  std::vector<cas::Placement> base;
  for (size_t i = 0; i < all.size(); ++i) {
    bool large = !plan.nodes[composed->entries[i].artifact.node].isTree() &&
                 all[i].content.kind == cas::EntryKind::Directory && all[i].path != ".";
    auto alone = large ? standsAlone(all[i], all, store) : llvm::Expected<bool>(false);
    if (!alone)
      return alone.takeError();
    if (*alone)
      layers.push_back({all[i].path, all[i].content});
    else
      base.push_back(all[i]);
  }
  if (layers.empty())
    return std::vector<WorkPart>{{"", *whole}};
  if (!base.empty()) {
    auto digest = cas::compose(store, std::move(base));
    if (!digest)
      return digest.takeError();
    layers.insert(layers.begin(), {"", {cas::EntryKind::Directory, *digest}});
  }
  return layers;
}

} // namespace pipec::exec
