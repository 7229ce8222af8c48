// Asking git about a repository, where what the repository says cannot do anything.
#pragma once

#include "runtime/sandbox/spawn.h"

#include "llvm/ADT/StringRef.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::environment {

/// A repository with a work tree, found by its `.git`: what only looks like a bare repository is
/// content of another one.
struct Repository {
  std::string top; ///< of the work tree, absolute
  /// All that git reads of it, absolute, none below another one: `top`, the repository of a second
  /// work tree or a submodule, and objects that it borrows.
  std::vector<std::string> folders;
};

/// The repository that `folder` (absolute) is in; nullopt: it is in none.
std::optional<Repository> findRepository(llvm::StringRef folder);

/// Runs git in a repository whose content and configuration are not trusted: with nothing that
/// these could name as a program (fsmonitor, hooks, filters, transports), without replaced objects,
/// and without pipec's environment. It runs in a step of its own, without network, to which the
/// repository is read-only; where steps are not isolated, with the user's own configuration of git
/// and as the user.
class Git {
public:
  /// `runner` may be null: git then runs as where steps are not isolated. `scratch` is a folder for
  /// what a step leaves, below which this one makes its own.
  Git(Repository place, sandbox::SpawnRunner* runner, llvm::StringRef scratch);
  ~Git();
  Git(const Git&) = delete;

  /// What `git WORDS…` prints; nullopt if it cannot be run or fails.
  std::optional<std::string> ask(const std::vector<std::string>& words);
  /// Has to come before questions that make git read files of the work tree: an attribute of one
  /// may name a filter, and the configuration its program.
  void silenceFilters();

  const Repository& repository() const { return place; }

private:
  std::optional<std::string> askHere(const std::vector<std::string>& words);
  std::optional<std::string> askInStep(const std::vector<std::string>& words);
  bool openStep();

  Repository place;
  sandbox::SpawnRunner* runner;
  std::string folder;                         ///< for the step's files; empty: there is no step
  std::vector<sandbox::Variable> environment; ///< that keeps git harmless
  sandbox::Spawn spawn;
  std::unique_ptr<sandbox::StepRoot> step;
};

} // namespace pipec::environment
