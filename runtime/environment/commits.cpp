// Questions to git, and what its answers mean.
#include "runtime/environment/commits.h"

#include "runtime/environment/git.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"

namespace pipec::environment {

Origin Commits::originOfWorkTree(int64_t now) const {
  Origin origin;
  origin.resolved = now;
  std::optional<Repository> place = findRepository(folder);
  if (!place)
    return origin;
  auto commit = Git(*place, runner, scratch).ask({"rev-parse", "--verify", "--quiet", "HEAD"});
  if (commit && isCommit(llvm::StringRef(*commit).trim()))
    origin.commit = llvm::StringRef(*commit).trim().str();
  return origin;
}

// ---- changes -------------------------------------------------------------------

/// The paths of submodules below `below` that are checked out, relative to the work tree.
static std::vector<std::string> submodules(Git& git, const std::string& below) {
  std::vector<std::string> found;
  if (!llvm::sys::fs::exists(git.repository().top + "/.gitmodules"))
    return found;
  auto listed = git.ask({"ls-files", "--stage", "-z", "--", below});
  llvm::SmallVector<llvm::StringRef> entries;
  if (!listed)
    return found;
  llvm::StringRef(*listed).split(entries, '\0', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef entry : entries)
    if (entry.starts_with("160000 "))
      found.push_back(entry.split('\t').second.str());
  return found;
}

/// Git itself would look into submodules with what these are configured to run.
static bool hasChangesIn(const Repository& place, llvm::StringRef folder,
                         sandbox::SpawnRunner* runner, llvm::StringRef scratch) {
  llvm::StringRef below = folder.drop_front(place.top.size()).ltrim('/');
  std::string path = below.empty() ? "." : below.str();
  Git git(place, runner, scratch);
  git.silenceFilters();
  auto changes = git.ask({"status", "--porcelain", "--ignore-submodules=dirty", "--", path});
  if (!changes || !changes->empty())
    return changes.has_value();
  for (const std::string& module : submodules(git, path)) {
    std::string inner = place.top + "/" + module;
    std::optional<Repository> own = findRepository(inner);
    if (own && own->top == inner && hasChangesIn(*own, inner, runner, scratch))
      return true;
  }
  return false;
}

bool Commits::hasChanges() const {
  std::optional<Repository> place = findRepository(folder);
  return place && hasChangesIn(*place, folder, runner, scratch);
}

// ---- ancestry ------------------------------------------------------------------

/// Whether `commit` is in what leads to `other`.
static bool isAncestor(Git& git, llvm::StringRef commit, llvm::StringRef other) {
  return git.ask({"merge-base", "--is-ancestor", commit.str(), other.str()}).has_value();
}

static bool has(Git& git, llvm::StringRef commit) {
  return git.ask({"cat-file", "-e", (commit + "^{commit}").str()}).has_value();
}

Ancestry Commits::ancestry(llvm::StringRef commit, llvm::StringRef other) const {
  if (commit == other)
    return Ancestry::Same;
  std::optional<Repository> place = findRepository(folder);
  if (!place)
    return Ancestry::Unknown;
  Git git(*place, runner, scratch);
  if (!has(git, commit) || !has(git, other))
    return Ancestry::Unknown;
  if (isAncestor(git, commit, other))
    return Ancestry::Ancestor;
  return isAncestor(git, other, commit) ? Ancestry::Descendant : Ancestry::Unrelated;
}

} // namespace pipec::environment
