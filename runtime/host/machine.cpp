// The affinity, /proc/meminfo and the control groups, of both versions.
#include "runtime/host/machine.h"

#include "compiler/base/file_system.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <optional>
#include <sched.h>
#include <string>

namespace pipec::host {

static constexpr uint64_t None = UINT64_MAX;

/// Empty if the file cannot be read: then it limits nothing.
static std::string textOf(const llvm::Twine& path) {
  auto text = base::makeRealFileSystem()->read(path.str());
  if (text)
    return std::move(*text);
  llvm::consumeError(text.takeError());
  return {};
}

/// `max`, -1 and what is no number are no limit.
static uint64_t numberIn(llvm::StringRef text) {
  uint64_t value = 0;
  return text.trim().getAsInteger(10, value) ? None : value;
}

/// The smallest that `limit` finds in the control group of this process and those around it.
/// `controller` is a hierarchy of its own in version 1.
static uint64_t smallestLimit(llvm::StringRef root, llvm::StringRef controller,
                              llvm::function_ref<uint64_t(const std::string& folder)> limit) {
  uint64_t smallest = None;
  std::string groups = textOf(root + "/proc/self/cgroup");
  llvm::SmallVector<llvm::StringRef, 16> lines;
  llvm::StringRef(groups).split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines) {
    llvm::StringRef controllers = line.split(':').second.split(':').first;
    llvm::StringRef path = line.split(':').second.split(':').second;
    llvm::SmallVector<llvm::StringRef, 4> names;
    controllers.split(names, ',');
    bool isUnified = controllers.empty();
    if (!isUnified && !llvm::is_contained(names, controller))
      continue;
    std::string top = (root + "/sys/fs/cgroup" + (isUnified ? "" : "/" + controller)).str();
    // In a container the path may be that of the host, whose groups are not there; its own is the
    // top.
    for (; !path.empty() && path != "/"; path = llvm::sys::path::parent_path(path))
      smallest = std::min(smallest, limit(top + path.str()));
    smallest = std::min(smallest, limit(top));
  }
  return smallest;
}

uint64_t memoryLimit(llvm::StringRef root) {
  uint64_t limit = smallestLimit(root, "memory", [](const std::string& folder) {
    return std::min(numberIn(textOf(folder + "/memory.max")),
                    numberIn(textOf(folder + "/memory.limit_in_bytes")));
  });
  // "MemTotal:       24684388 kB"
  std::string information = textOf(root + "/proc/meminfo");
  llvm::StringRef total = llvm::StringRef(information).split("MemTotal:").second.ltrim();
  uint64_t kibibytes = 0;
  if (!total.consumeInteger(10, kibibytes) && kibibytes > 0)
    limit = std::min(limit, kibibytes * 1024);
  return limit;
}

uint64_t cpuQuota(llvm::StringRef root) {
  auto rounded = [](uint64_t quota, uint64_t period) {
    return quota == None || period == None || period == 0
               ? None
               : std::max<uint64_t>(1, (quota + period - 1) / period);
  };
  return smallestLimit(root, "cpu", [&](const std::string& folder) {
    std::string both = textOf(folder + "/cpu.max");
    auto [quota, period] = llvm::StringRef(both).trim().split(' ');
    return std::min(rounded(numberIn(quota), numberIn(period)),
                    rounded(numberIn(textOf(folder + "/cpu.cfs_quota_us")),
                            numberIn(textOf(folder + "/cpu.cfs_period_us"))));
  });
}

unsigned usableCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  uint64_t allowed = ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return static_cast<unsigned>(std::max<uint64_t>(1, std::min(allowed, cpuQuota(""))));
}

uint64_t usableMemory() {
  return memoryLimit("");
}

} // namespace pipec::host
