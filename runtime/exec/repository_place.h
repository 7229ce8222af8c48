// Where in the repository a path of a step's root comes from, or would.
#pragma once

#include "compiler/plan/plan.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::exec {

/// `path` within an artifact, relative to the workspace; `""` is the artifact itself. nullopt: it
/// comes from no file of the repository.
std::optional<std::string> repositoryPlace(const plan::Plan& plan,
                                           const plan::ArtifactRef& artifact, llvm::StringRef path);

/// Where a file of the repository could be, relative to the workspace, that `step` wants as `path`:
/// an absolute one of its root or of the host, or one relative to what nobody knows; with
/// `besideInputs` also to the folders of its inputs. Most likely first; nobody has looked whether
/// there is one.
std::vector<std::string> repositoryPlaces(const plan::Plan& plan, const plan::Node& step,
                                          llvm::StringRef path, llvm::StringRef workspace,
                                          bool besideInputs);

} // namespace pipec::exec
