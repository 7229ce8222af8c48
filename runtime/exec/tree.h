// Trees: content that is computed, not executed; and the layers of `/w`.
#pragma once

#include "runtime/exec/build.h"

namespace pipec::exec {

/// The content of a finished node's output; null while it is not known (a dry run).
using ContentLookup = llvm::function_ref<const cas::Content*(const plan::ArtifactRef&)>;

/// The content of a Tree node. A StepFailure is the user's fault (nothing at that path), an error
/// the machine's.
struct TreeOutcome {
  std::optional<StepFailure> failure;
  std::optional<cas::Content> content; ///< nullopt: depends on something not known in a dry run
};
llvm::Expected<TreeOutcome> evaluateTree(const plan::Node& node, ContentLookup content,
                                         cas::ContentStore& store, cache::FileDigests& files);

/// The paths of the files in a directory that match a pattern (base::PathGlob), sorted by bytes. A
/// link counts if it leads to a file in the directory.
llvm::Expected<std::vector<std::string>> matchingFiles(cas::ContentStore& store,
                                                       const base::Digest& directory,
                                                       llvm::ArrayRef<std::string> patterns);

/// How `work` is laid out as layers of one overlay: a composed tree keeps its large parts (folders
/// that steps or sources made) as layers of their own, so that a changed source file does not copy
/// `node_modules` again.
llvm::Expected<std::vector<WorkPart>> workParts(const plan::Plan& plan,
                                                const plan::ArtifactRef& work,
                                                ContentLookup content, cas::ContentStore& store);

} // namespace pipec::exec
