// Reading the limits, and asking the deploy state what it cites.
#include "runtime/retention/limits.h"

#include "compiler/base/error.h"
#include "runtime/retention/cache_roots.h"
#include "runtime/workspace/quantities.h"

#include <cstdlib>

namespace pipec::retention {

static constexpr uint64_t DefaultBytes = 20ULL << 30;
static constexpr std::chrono::hours DefaultAge{30 * 24};

/// From the option, else the environment variable, else as configured; nullopt: nobody says.
static std::optional<std::string> chosen(const std::optional<std::string>& given,
                                         const char* variable, const std::string& configured) {
  if (given)
    return given;
  if (const char* value = std::getenv(variable); value && *value)
    return value;
  return configured.empty() ? std::nullopt : std::optional(configured);
}

llvm::Expected<cas::Limits> readCacheLimits(const std::optional<std::string>& givenSize,
                                            const std::optional<std::string>& givenAge,
                                            const workspace::Configuration& configuration) {
  cas::Limits limits{DefaultBytes, DefaultAge};
  auto size = chosen(givenSize, "PIPEC_CACHE_SIZE", configuration.cacheSize);
  auto age = chosen(givenAge, "PIPEC_CACHE_AGE", configuration.cacheAge);
  if (size) {
    auto bytes = workspace::parseSize(*size);
    if (!bytes)
      return bytes.takeError();
    limits.bytes = *bytes;
  }
  if (age) {
    auto duration = workspace::parseAge(*age);
    if (!duration)
      return duration.takeError();
    limits.age = *duration;
  }
  return limits;
}

llvm::Expected<HistoryLimits> readHistoryLimits(const workspace::Configuration& configuration) {
  HistoryLimits limits;
  if (auto age = chosen(std::nullopt, "PIPEC_HISTORY_AGE", configuration.historyAge)) {
    auto duration = workspace::parseAge(*age);
    if (!duration)
      return duration.takeError();
    limits.age = *duration;
  }
  auto count = chosen(std::nullopt, "PIPEC_HISTORY_COUNT", configuration.historyCount);
  if (count && llvm::StringRef(*count).getAsInteger(10, limits.count))
    return base::usageError("the history keeps a number of executions, not `" + *count + "`");
  return limits;
}

llvm::Error pruneHistory(history::History& history, const HistoryLimits& limits,
                         llvm::StringRef deployState) {
  if (!limits.age)
    return llvm::Error::success();
  auto now = std::chrono::system_clock::now().time_since_epoch();
  history::Retention retention;
  retention.olderThan =
      std::chrono::duration_cast<std::chrono::milliseconds>(now - *limits.age).count();
  retention.newest = limits.count;
  auto any = history.hasOlder(retention.olderThan);
  if (!any || !*any)
    return any.takeError();
  auto needed = citedExecutions(deployState);
  if (!needed)
    return needed.takeError();
  return history.prune(retention, *needed).takeError();
}

} // namespace pipec::retention
