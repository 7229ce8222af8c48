// Reading sizes and ages.
#include "runtime/cli/cache_limits.h"

#include "compiler/base/error.h"
#include "runtime/cli/options.h"

#include "llvm/ADT/StringSwitch.h"

#include <cstdlib>

namespace pipec::cli {

static constexpr uint64_t DefaultBytes = 20ULL << 30;
static constexpr std::chrono::hours DefaultAge{30 * 24};

std::vector<Option> cacheLimitOptions() {
  return {
      {"max-size", 0, "SIZE", "keep at most this much: 500MB, 20GiB, none (default: 20GiB)"},
      {"max-age", 0, "DURATION",
       "keep what was used within this time: 12h, 30d, none (default: 30d)"},
  };
}

llvm::Expected<std::optional<uint64_t>> parseSize(llvm::StringRef text) {
  if (text == "none")
    return std::nullopt;
  llvm::StringRef rest = text;
  uint64_t count = 0;
  bool isNumber = !text.empty() && !rest.consumeInteger(10, count);
  uint64_t unit = llvm::StringSwitch<uint64_t>(rest.trim())
                      .Cases("", "B", 1)
                      .Case("KB", 1000)
                      .Cases("K", "KiB", 1ULL << 10)
                      .Case("MB", 1000 * 1000)
                      .Cases("M", "MiB", 1ULL << 20)
                      .Case("GB", 1000 * 1000 * 1000)
                      .Cases("G", "GiB", 1ULL << 30)
                      .Case("TB", 1000ULL * 1000 * 1000 * 1000)
                      .Cases("T", "TiB", 1ULL << 40)
                      .Default(0);
  if (!isNumber || unit == 0 || count > UINT64_MAX / unit)
    return base::usageError("`" + text + "` is no size; write 500MB, 20GiB or none");
  return count * unit;
}

llvm::Expected<std::optional<std::chrono::seconds>> parseAge(llvm::StringRef text) {
  if (text == "none")
    return std::nullopt;
  auto duration = parseDuration(text);
  if (!duration) {
    llvm::consumeError(duration.takeError());
    return base::usageError("`" + text + "` is no age; write 12h, 30d or none");
  }
  return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

std::optional<std::string> chosenLimit(const char* variable, const std::string& configured) {
  if (const char* value = std::getenv(variable); value && *value)
    return value;
  return configured.empty() ? std::nullopt : std::optional(configured);
}

/// nullopt: nobody says.
static std::optional<std::string> chosen(const Arguments& arguments, llvm::StringRef option,
                                         const char* variable, const std::string& configured) {
  if (auto given = arguments.value(option))
    return given;
  return chosenLimit(variable, configured);
}

llvm::Expected<cas::Limits> readCacheLimits(const Arguments& arguments,
                                            const Configuration& configuration) {
  cas::Limits limits{DefaultBytes, DefaultAge};
  auto size = chosen(arguments, "max-size", "PIPEC_CACHE_SIZE", configuration.cacheSize);
  auto age = chosen(arguments, "max-age", "PIPEC_CACHE_AGE", configuration.cacheAge);
  if (size) {
    auto bytes = parseSize(*size);
    if (!bytes)
      return bytes.takeError();
    limits.bytes = *bytes;
  }
  if (age) {
    auto duration = parseAge(*age);
    if (!duration)
      return duration.takeError();
    limits.age = *duration;
  }
  return limits;
}

} // namespace pipec::cli
