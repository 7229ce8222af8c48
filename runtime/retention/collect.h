// Collection: what the builds and `pipec cache gc` do to keep the cache to its limits.
#pragma once

#include "runtime/cache/action_cache.h"
#include "runtime/cas/collection.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <chrono>
#include <optional>
#include <string>

namespace pipec::retention {

struct Collection {
  cas::SweepResult removed;
  cas::StoreAccount account; ///< afterwards
  bool complete = true;      ///< everything was looked through; else the time was up
};

enum class Effort : uint8_t {
  AfterBuild, ///< a small part of the time that the build took, and nothing if another collects
  Whole,      ///< waits for others, looks through everything
};

/// Brings the cache in `folder` towards its limits. `buildTime`: how long the build took.
/// nullopt: another process collects. `warn` gets one sentence if it is not known what must stay;
/// nothing is removed then.
llvm::Expected<std::optional<Collection>>
collectCache(llvm::StringRef folder, cas::ContentStore& store, cache::ActionCache& actions,
             const cas::Limits& limits, Effort effort, std::chrono::milliseconds buildTime,
             llvm::function_ref<void(llvm::StringRef)> warn);

} // namespace pipec::retention
