// Asking git.
#include "runtime/environment/commits.h"

#include "runtime/host/command.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace pipec::environment {

/// Whether it is worth asking: most of what is asked about is in a repository or in none.
static bool isBelowRepository(llvm::StringRef folder) {
  for (; !folder.empty(); folder = llvm::sys::path::parent_path(folder))
    if (llvm::sys::fs::exists(folder + "/.git"))
      return true;
  return false;
}

/// nullopt: there is no repository, git cannot be run, or it failed.
static std::optional<std::string> git(llvm::StringRef folder, std::vector<std::string> words) {
  if (!isBelowRepository(folder))
    return std::nullopt;
  // No optional locks: a question must not be in the way of what the user's own git does.
  // And the variables of a hook that pipec runs in are about another place.
  words.insert(words.begin(), {"env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u",
                               "GIT_INDEX_FILE", "git", "--no-optional-locks", "-C", folder.str()});
  auto result = host::runCommand(words);
  if (!result) {
    llvm::consumeError(result.takeError());
    return std::nullopt;
  }
  if (result->exitCode != 0)
    return std::nullopt;
  return std::move(result->output);
}

Origin originOfWorkTree(llvm::StringRef folder, int64_t now) {
  Origin origin;
  origin.resolved = now;
  auto commit = git(folder, {"rev-parse", "--verify", "--quiet", "HEAD"});
  if (!commit || !isCommit(llvm::StringRef(*commit).trim()))
    return origin;
  origin.commit = llvm::StringRef(*commit).trim().str();
  return origin;
}

bool hasChanges(llvm::StringRef folder) {
  auto changes = git(folder, {"status", "--porcelain", "--", "."});
  return changes && !changes->empty();
}

/// Whether `commit` is in what leads to `other`.
static bool isAncestor(llvm::StringRef folder, llvm::StringRef commit, llvm::StringRef other) {
  return git(folder, {"merge-base", "--is-ancestor", commit.str(), other.str()}).has_value();
}

static bool has(llvm::StringRef folder, llvm::StringRef commit) {
  return git(folder, {"cat-file", "-e", (commit + "^{commit}").str()}).has_value();
}

Ancestry ancestryIn(llvm::StringRef folder, llvm::StringRef commit, llvm::StringRef other) {
  if (commit == other)
    return Ancestry::Same;
  if (!has(folder, commit) || !has(folder, other))
    return Ancestry::Unknown;
  if (isAncestor(folder, commit, other))
    return Ancestry::Ancestor;
  return isAncestor(folder, other, commit) ? Ancestry::Descendant : Ancestry::Unrelated;
}

} // namespace pipec::environment
