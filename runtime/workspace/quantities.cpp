// Reading durations, sizes and ages.
#include "runtime/workspace/quantities.h"

#include "compiler/base/error.h"

#include "llvm/ADT/StringSwitch.h"

namespace pipec::workspace {

llvm::Expected<std::chrono::milliseconds> parseDuration(llvm::StringRef text) {
  constexpr int64_t Longest = 1000LL * 60 * 60 * 24 * 365;
  auto wrong = [&] {
    return base::usageError("`" + text + "` is no duration; write 30s, 10min or 1h30min");
  };
  int64_t total = 0;
  if (text.empty())
    return wrong();
  for (llvm::StringRef rest = text; !rest.empty();) {
    int64_t count = 0;
    if (rest.consumeInteger(10, count) || count < 0 || count > Longest)
      return wrong();
    llvm::StringRef unit = rest.take_while([](char c) { return c >= 'a' && c <= 'z'; });
    rest = rest.drop_front(unit.size());
    int64_t factor = llvm::StringSwitch<int64_t>(unit)
                         .Case("ms", 1)
                         .Case("s", 1000)
                         .Case("min", 60 * 1000)
                         .Case("h", 60 * 60 * 1000)
                         .Case("d", 24 * 60 * 60 * 1000)
                         .Default(0);
    if (factor == 0 || count > (Longest - total) / factor)
      return wrong();
    total += count * factor;
  }
  if (total == 0)
    return wrong();
  return std::chrono::milliseconds(total);
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

} // namespace pipec::workspace
