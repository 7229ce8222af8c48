// Reading the limits, and asking the deploy state what it cites.
#include "runtime/cli/retention.h"

#include "compiler/base/error.h"
#include "runtime/cli/cache_limits.h"
#include "runtime/cli/cache_roots.h"

namespace pipec::cli {

llvm::Expected<HistoryLimits> readHistoryLimits(const Configuration& configuration) {
  HistoryLimits limits;
  if (auto age = chosenLimit("PIPEC_HISTORY_AGE", configuration.historyAge)) {
    auto duration = parseAge(*age);
    if (!duration)
      return duration.takeError();
    limits.age = *duration;
  }
  auto count = chosenLimit("PIPEC_HISTORY_COUNT", configuration.historyCount);
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

} // namespace pipec::cli
