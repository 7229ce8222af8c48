// How large and how old the cache may get, and how long the history keeps executions.
#pragma once

#include "runtime/cas/collection.h"
#include "runtime/history/history.h"
#include "runtime/workspace/configuration.h"

#include "llvm/Support/Error.h"

#include <chrono>
#include <optional>
#include <string>

namespace pipec::retention {

/// What is given, else PIPEC_CACHE_SIZE and PIPEC_CACHE_AGE, else the configuration's `cache`, else
/// 20 GiB and 30 days.
llvm::Expected<cas::Limits> readCacheLimits(const std::optional<std::string>& givenSize,
                                            const std::optional<std::string>& givenAge,
                                            const workspace::Configuration& configuration);

/// What goes is older than `age`, and not among the newest `count` of its pipeline.
struct HistoryLimits {
  std::optional<std::chrono::seconds> age = std::chrono::hours(90 * 24); ///< nullopt: none
  size_t count = 100;
};
/// PIPEC_HISTORY_AGE and PIPEC_HISTORY_COUNT, else the configuration.
llvm::Expected<HistoryLimits> readHistoryLimits(const workspace::Configuration& configuration);

/// Removes what the limits let go, but nothing that an environment of the deploy state in
/// `deployState` cites. An error: that cannot be read, or the history not be written.
llvm::Error pruneHistory(history::History& history, const HistoryLimits& limits,
                         llvm::StringRef deployState);

} // namespace pipec::retention
