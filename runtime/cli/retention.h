// How long the history keeps executions.
#pragma once

#include "runtime/cli/configuration.h"
#include "runtime/history/history.h"

#include "llvm/Support/Error.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace pipec::cli {

/// What goes is older than `age`, and not among the newest `count` of its pipeline.
struct HistoryLimits {
  std::optional<std::chrono::seconds> age = std::chrono::hours(90 * 24); ///< nullopt: none
  size_t count = 100;
};
/// PIPEC_HISTORY_AGE and PIPEC_HISTORY_COUNT, else the configuration.
llvm::Expected<HistoryLimits> readHistoryLimits(const Configuration& configuration);

/// Removes what the limits let go, but nothing that an environment of the deploy state in
/// `deployState` cites. An error: that cannot be read, or the history not be written.
llvm::Error pruneHistory(history::History& history, const HistoryLimits& limits,
                         llvm::StringRef deployState);

} // namespace pipec::cli
