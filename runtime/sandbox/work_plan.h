// WorkPlan: the layers of `/w` as one copy-on-write union.
#pragma once

#include "runtime/sandbox/root_plan.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::sandbox {

/// Appends what makes `path` (staging-relative, exists) the `/w` of `spawn`.
///
/// A layer whose `path` is not empty must lie *inside* a lower layer, since nothing can be
/// mounted in `/w` that a step may remove. Where `hostPath` is `X/<path>` and `X` holds nothing
/// else, `X` is that lower as it stands; else a wrapper with links to the layer's files is made in
/// `spawn.scratchDirectory`, which takes time with the number of files.
llvm::Error planWork(RootPlan& plan, const Spawn& spawn, llvm::StringRef path);

/// The same for a runner without mounts: `path` is made a copy of the layers.
llvm::Error copyWork(const Spawn& spawn, const std::string& path);

} // namespace pipec::sandbox
