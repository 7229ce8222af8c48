// What git says of the workspace: the commit of its work tree, and how commits stand to each other.
#pragma once

#include "runtime/environment/origin.h"
#include "runtime/sandbox/spawn.h"

#include <string>

namespace pipec::environment {

/// Asks the repository that a folder is in, by git in a step of its own (git.h). Without git, or
/// outside a work tree, nothing is known.
class Commits {
public:
  /// `folder`: absolute. `runner` may be null, as in git.h; `scratch` exists as long as this.
  Commits(std::string folder, sandbox::SpawnRunner* runner, std::string scratch)
      : folder(std::move(folder)), runner(runner), scratch(std::move(scratch)) {}

  /// An origin with the commit of the work tree, if there is one, and `now` as `resolved`.
  Origin originOfWorkTree(int64_t now) const;
  /// Whether the work tree has changes below the folder that are in no commit, those in submodules
  /// among them. False: also if git cannot say.
  bool hasChanges() const;
  /// Unknown: there is no repository, or it lacks one of the two, as a shallow clone does. Both are
  /// commits (isCommit()).
  Ancestry ancestry(llvm::StringRef commit, llvm::StringRef other) const;

private:
  std::string folder;
  sandbox::SpawnRunner* runner;
  std::string scratch;
};

} // namespace pipec::environment
